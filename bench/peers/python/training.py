"""The one-stage detector's training step in PyTorch: the network is built from
the names and shapes of the weights."""

import itertools

import torch
import torch.nn.functional as F

from operation import Operation


class Step:
    """Network, losses and optimiser in one arrangement of memory."""

    def __init__(self, inputs, beta, rate, layout, foreach, traced):
        self.weights = {}
        for name in inputs.names("weight."):
            value = inputs[name]
            if value.dim() == 4:  # (K, K, in, out)
                value = value.permute(3, 2, 0, 1).contiguous(memory_format=layout)
            self.weights[name[len("weight.") :]] = value.clone(memory_format=torch.preserve_format).requires_grad_()
        self.x = inputs["input"].permute(0, 3, 1, 2).contiguous(memory_format=layout)
        self.beta = beta
        self.layout = layout
        self.levels = sum(name.startswith("lateral") and name.endswith("weight") for name in self.weights)
        names = list(self.weights)
        self.padding = {name[: -len(".weight")]: w.shape[-1] // 2 for name, w in self.weights.items() if w.dim() == 4}

        def network(x, *values):
            return self.network(x, dict(zip(names, values)))

        self.run = network
        if traced:
            self.run = torch.jit.trace(network, (self.x, *self.weights.values()), check_trace=False)
        self.split(inputs)
        self.adam = torch.optim.Adam(self.weights.values(), lr=rate, foreach=foreach)

    def network(self, x, w):
        """Returns each level's class logits, then each level's box deltas, NCHW."""

        def conv(x, name, stride=1, relu=True):
            y = F.conv2d(x, w[name + ".weight"], w[name + ".bias"], stride, self.padding[name])
            return torch.relu_(y) if relu else y

        def chain(x, prefix, stride):
            for d in itertools.count():
                if f"{prefix}{d}.weight" not in w:
                    return x
                x = conv(x, f"{prefix}{d}", stride if d == 0 else 1)

        maps = []
        x = conv(x, "stem", 2)
        for level in range(self.levels):
            x = chain(x, f"stage{level}.", 2)
            maps.append(conv(x, f"lateral{level}", relu=False))
        for level in reversed(range(self.levels - 1)):
            maps[level] = maps[level] + F.interpolate(maps[level + 1], scale_factor=2.0, mode="nearest")
        maps = [chain(m, "head.tower", 1) for m in maps]
        return tuple(
            conv(chain(m, f"head.{output}.tower", 1), f"head.{output}", relu=False) for output in ("cls", "box") for m in maps
        )

    def split(self, inputs):
        """Lays the targets out as the levels' outputs are, once."""
        with torch.no_grad():
            outputs = self.run(self.x, *self.weights.values())
        self.cls, self.box, start = [], [], 0
        for output in outputs[self.levels :]:
            images, columns, height, width = output.shape
            anchors = height * width * columns // 4
            rows = slice(start, start + anchors)
            start += anchors

            def laid(target):
                target = target[:, rows].reshape(images, height, width, -1)
                return target.permute(0, 3, 1, 2).contiguous(memory_format=self.layout)

            weight = inputs["class_weight"][:, :, None].expand_as(inputs["class"])
            self.cls.append((laid(inputs["class"]), laid(weight)))
            weight = inputs["delta_weight"][:, rows].reshape(-1)
            index = weight.nonzero()[:, 0]
            target = inputs["delta"][:, rows].reshape(-1, 4)[index]
            self.box.append((index, target, weight[index, None].expand_as(target).contiguous()))
        assert start == inputs["class"].shape[1], "the levels do not have the anchors' number of places"

    def loss(self):
        outputs = self.run(self.x, *self.weights.values())
        total = 0
        for logits, (target, weight) in zip(outputs, self.cls):
            total = total + F.binary_cross_entropy_with_logits(logits, target, weight, reduction="sum")
        for deltas, (index, target, weight) in zip(outputs[self.levels :], self.box):
            if len(index):
                rows = deltas.permute(0, 2, 3, 1).reshape(-1, 4).index_select(0, index)
                total = total + (F.smooth_l1_loss(rows, target, reduction="none", beta=self.beta) * weight).sum()
        return total

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        with torch.enable_grad():
            loss = self.loss()
        loss.backward()
        self.adam.step()
        return loss


def step(inputs, beta, rate, updates):
    torch.set_flush_denormal(True)

    def arranged(layout, foreach, traced):
        with torch.enable_grad():
            return Step(inputs, beta, rate, layout, foreach, traced)

    ways = {}
    for (layout, channels), (foreach, update), (traced, graph) in itertools.product(
        ((torch.channels_last, "channels last"), (torch.contiguous_format, "contiguous")),
        ((False, "single-tensor Adam"), (True, "foreach Adam")),
        ((False, "eager"), (True, "traced")),
    ):
        ways[f"{channels}, {update}, {graph}"] = arranged(layout, foreach, traced).step

    def results(_):
        """Gradients of the first step, and its loss and those of the updates that follow."""
        fresh = arranged(torch.channels_last, False, False)
        found = {"losses": [fresh.step().item()]}
        for name, weight in fresh.weights.items():
            gradient = weight.grad
            assert gradient is not None, f"the network here has no {name}"
            found["gradient." + name] = gradient.permute(2, 3, 1, 0).clone() if gradient.dim() == 4 else gradient.clone()
        found["losses"] += [fresh.step().item() for _ in range(updates)]
        return found

    return Operation(ways, results)
