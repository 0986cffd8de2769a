"""The one-stage detector's training step in PyTorch, driven by lines of JSON.

Started by the Go program beside it, which hands it the weights, the input and
the targets in a file of nn.Save's format.
"""

import itertools
import json
import platform
import struct
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    print(json.dumps({"missing": str(missing)}))
    sys.exit()


def read(path):
    """Reads a file of nn.Save: a dict of tensors."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    at, arrays = 12, {}
    for _ in range(struct.unpack_from("<I", data, 8)[0]):
        (size,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + size].decode()
        at += 2 + size
        shape = struct.unpack_from(f"<{data[at]}I", data, at + 1)
        at += 1 + 4 * data[at]
        count = torch.Size(shape).numel()
        arrays[name] = torch.frombuffer(data, dtype=torch.float32, count=count, offset=at).view(shape).clone()
        at += 4 * count
    return arrays


class Step:
    """Network, losses and optimiser in one arrangement of memory."""

    def __init__(self, arrays, layout, foreach, traced):
        self.weights = {}
        for name, value in arrays.items():
            if name.startswith("weight."):
                if value.dim() == 4:  # (K, K, in, out)
                    value = value.permute(3, 2, 0, 1).contiguous(memory_format=layout)
                self.weights[name[len("weight.") :]] = value.clone(memory_format=torch.preserve_format).requires_grad_()
        self.x = arrays["input"].permute(0, 3, 1, 2).contiguous(memory_format=layout)
        self.beta = arrays["beta"].item()
        self.layout = layout
        self.levels = sum(name.startswith("lateral") and name.endswith("weight") for name in self.weights)
        names = list(self.weights)
        self.padding = {name[: -len(".weight")]: w.shape[-1] // 2 for name, w in self.weights.items() if w.dim() == 4}

        def network(x, *values):
            return self.network(x, dict(zip(names, values)))

        self.run = network
        if traced:
            self.run = torch.jit.trace(network, (self.x, *self.weights.values()), check_trace=False)
        self.split(arrays)
        self.adam = torch.optim.Adam(self.weights.values(), lr=arrays["rate"].item(), foreach=foreach)

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

    def split(self, arrays):
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

            weight = arrays["class_weight"][:, :, None].expand_as(arrays["class"])
            self.cls.append((laid(arrays["class"]), laid(weight)))
            weight = arrays["delta_weight"][:, rows].reshape(-1)
            index = weight.nonzero()[:, 0]
            target = arrays["delta"][:, rows].reshape(-1, 4)[index]
            self.box.append((index, target, weight[index, None].expand_as(target).contiguous()))
        assert start == arrays["class"].shape[1], "the levels do not have the anchors' number of places"

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
        loss = self.loss()
        loss.backward()
        self.adam.step()
        return loss

    def time(self, steps):
        took = []
        for _ in range(steps):
            start = time.perf_counter()
            self.step()
            took.append(1000 * (time.perf_counter() - start))
        return took


class Peer:
    """Answers the Go program's requests."""

    def check(self, path, steps):
        """Losses of the first step and of `steps` more, and the deviation of
        the first step's gradients: largest difference by largest gradient."""
        self.arrays = read(path)
        s = Step(self.arrays, torch.channels_last, False, False)
        s.loss().backward()
        deviations = {}
        unused = [name for name, weight in s.weights.items() if weight.grad is None]
        assert not unused, f"the network here has no {unused}"
        for name, weight in s.weights.items():
            ours, theirs = self.arrays["gradient." + name], weight.grad
            if theirs.dim() == 4:
                theirs = theirs.permute(2, 3, 1, 0)
            deviations[name] = ((ours - theirs).abs().max() / theirs.abs().max()).item()
        return {"losses": [s.step().item() for _ in range(steps + 1)], "deviations": deviations}

    def arrange(self):
        """Keeps the arrangement with the fastest step."""
        tried, best = {}, None
        for (layout, channels), (foreach, update), (traced, graph) in itertools.product(
            ((torch.channels_last, "channels last"), (torch.contiguous_format, "contiguous")),
            ((False, "single-tensor Adam"), (True, "foreach Adam")),
            ((False, "eager"), (True, "traced")),
        ):
            s = Step(self.arrays, layout, foreach, traced)
            s.time(10)
            name = f"{channels}, {update}, {graph}"
            tried[name] = min(s.time(15))
            if best is None or tried[name] < tried[best]:
                best, self.step = name, s
        return {"chosen": best, "tried": tried}

    def time(self, steps):
        return self.step.time(steps)


def onednn():
    line = next((l for l in torch.__config__.show().splitlines() if "MKL-DNN" in l), "")
    return next((word for word in line.split() if word.startswith("v")), "none")


def capability():
    line = next((l for l in torch.__config__.show().splitlines() if "CPU capability" in l), "")
    return line.split()[-1] if line else "unknown"


def main():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    hello = {"torch": torch.__version__, "python": platform.python_version(), "onednn": onednn(), "capability": capability()}
    print(json.dumps(hello), flush=True)
    peer = Peer()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(peer, name)(*arguments)), flush=True)


main()
