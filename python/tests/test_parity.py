"""Under the presets the detectors' losses and gradients are torchvision's own."""

import copy

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

import detsample  # noqa: E402
import detsample.torch as ds  # noqa: E402
from detectors import MAKERS, PRESETS, batch, model_of  # noqa: E402
from torchvision.models.detection import _utils  # noqa: E402


class AsDrawn(_utils.BalancedPositiveNegativeSampler):
    """torchvision's sampler, which keeps what detsample drew: chance is the one
    thing that presets do not reproduce. It checks that as many are drawn."""

    def __init__(self, own):
        super().__init__(own.batch_size_per_image, own.positive_fraction)
        self.rows = None

    def __call__(self, matched_idxs):
        counts = [int((m >= 1).sum()) for m in super().__call__(matched_idxs)[0]]
        pos, neg, first = [], [], 0
        for labels, positives in zip(matched_idxs, counts):
            kept = torch.zeros(len(labels), dtype=torch.bool)
            here = self.rows[(self.rows >= first) & (self.rows < first + len(labels))] - first
            kept[torch.from_numpy(here).long()] = True
            assert (labels[kept] >= 0).all(), "ignored candidates are never drawn"
            assert int((kept & (labels >= 1)).sum()) == positives
            assert int(kept.sum()) == min(self.batch_size_per_image, int((labels >= 0).sum()))
            pos.append((kept & (labels >= 1)).to(torch.uint8))
            neg.append((kept & (labels == 0)).to(torch.uint8))
            first += len(labels)
        return pos, neg


def pair(kind, seed):
    """A detector with its own losses, and its copy with the preset attached."""
    own = model_of(kind, seed)
    ours = copy.deepcopy(own)
    made = ds.attach(ours, detsample.Strategy.preset(PRESETS[kind]), seed=seed)
    if kind == "faster_rcnn":
        own.rpn.fg_bg_sampler, own.roi_heads.fg_bg_sampler = AsDrawn(own.rpn.fg_bg_sampler), AsDrawn(own.roi_heads.fg_bg_sampler)
        first, second = made.criteria["rpn"], made.criteria["roi"]

        def watch_rpn(anchors, targets):
            step = first.steps
            found = first.stage.sample(
                anchors[0].numpy(), first.images(targets), seed=first.seed, step=step)
            own.rpn.fg_bg_sampler.rows = found.rows
            return type(own.rpn).assign_targets_to_anchors(own.rpn, anchors, targets)

        own.rpn.assign_targets_to_anchors = watch_rpn

        def watch_roi(proposals, targets):
            boxes = second.join(proposals, targets)
            drawn = second.stage.sample(seed=second.seed, step=second.steps)
            starts = np.concatenate([[0], np.cumsum([len(b) for b in boxes])])
            rows, used = [], {}
            for box, image in zip(drawn.box, drawn.image):
                same = np.flatnonzero((boxes[image].numpy() == box).all(1))
                nth = used.get((image, box.tobytes()), 0)
                used[image, box.tobytes()] = nth + 1
                rows.append(starts[image] + same[nth])
            own.roi_heads.fg_bg_sampler.rows = np.array(rows)
            return type(own.roi_heads).select_training_samples(own.roi_heads, proposals, targets)

        own.roi_heads.select_training_samples = watch_roi
    return own, ours


def losses(model, images, targets, seed=0):
    torch.manual_seed(seed)
    found = model([i.clone() for i in images], [{k: v.clone() for k, v in t.items()} for t in targets])
    model.zero_grad()
    sum(found.values()).backward()
    return found


# Both sides round in float32: the centres of boxes of 100 pixels to 4e-6 of a
# pixel, hence their deltas.
ABSOLUTE, OF_THE_LARGEST = 1e-6, 4e-6


def compare_gradients(own, ours):
    """Each parameter's gradient, as far as it differs from 0 by more than
    rounding (a bias before a normalisation has none)."""
    largest = max(float(p.grad.abs().max()) for p in own.parameters() if p.grad is not None)
    for (name, a), b in zip(own.named_parameters(), ours.parameters()):
        assert (a.grad is None) == (b.grad is None), name
        if a.grad is not None:
            scale, apart = max(float(a.grad.abs().max()), 1e-3 * largest), float((a.grad - b.grad).abs().max())
            assert apart <= min(ABSOLUTE, OF_THE_LARGEST * scale), f"{name}: {apart} of {scale}"


@pytest.mark.parametrize("kind", MAKERS)
def test_losses_are_torchvisions(kind):
    for seed in range(4):
        own, ours = pair(kind, seed)
        images, targets = batch(seed, images=3, empty=seed == 3)
        want, got = losses(own, images, targets), losses(ours, images, targets)
        assert set(want) == set(got)
        for name in want:
            assert got[name].item() == pytest.approx(want[name].item(), rel=1e-6, abs=1e-9), name


@pytest.mark.parametrize("kind", MAKERS)
def test_all_gradients_are_torchvisions(kind):
    for seed in range(4):
        own, ours = pair(kind, seed)
        images, targets = batch(seed, images=3, empty=seed == 3)
        losses(own, images, targets), losses(ours, images, targets)
        compare_gradients(own, ours)


@pytest.mark.parametrize("kind", MAKERS)
def test_gradients_of_the_heads_outputs_are_torchvisions(kind):
    """Where the heads put them out."""
    own, ours = pair(kind, 5)
    images, targets = batch(5, images=2)
    grads = {}
    for name, model in (("own", own), ("ours", ours)):
        outputs = []
        heads = (model.rpn.head, model.roi_heads.box_predictor) if kind == "faster_rcnn" else (model.head,)

        def keep(module, inputs, output):
            flat = output.values() if isinstance(output, dict) else output
            for x in flat:
                for y in x if isinstance(x, (list, tuple)) else [x]:
                    y.retain_grad()
                    outputs.append(y)

        hooks = [h.register_forward_hook(keep) for h in heads]
        losses(model, images, targets)
        [h.remove() for h in hooks]
        grads[name] = [o.grad for o in outputs]
    assert len(grads["own"]) == len(grads["ours"]) >= 2
    assert sum(float(g.abs().sum()) > 0 for g in grads["own"]) >= 2
    for a, b in zip(grads["own"], grads["ours"]):
        assert float((a - b).abs().max()) <= min(ABSOLUTE, OF_THE_LARGEST * float(a.abs().max()))


@pytest.mark.parametrize("kind", MAKERS)
def test_ten_steps_of_training_stay_together(kind):
    """Apart by 1e-4 of the way that the weights went."""
    own, ours = pair(kind, 1)
    optimisers = [torch.optim.SGD(m.parameters(), lr=0.002, momentum=0.9) for m in (own, ours)]
    start = [p.detach().clone() for p in own.parameters()]
    for step in range(10):
        images, targets = batch(100 + step)
        totals = []
        for model, optimiser in zip((own, ours), optimisers):
            optimiser.zero_grad()
            total = sum(losses(model, images, targets, step).values())
            totals.append(total.item())
            optimiser.step()
        assert totals[1] == pytest.approx(totals[0], rel=1e-4)
    moved = max(float((p - q).detach().abs().max()) for p, q in zip(own.parameters(), start))
    apart = max(float((p - q).detach().abs().max()) for p, q in zip(own.parameters(), ours.parameters()))
    assert moved > 1e-3
    assert apart <= 1e-4 * moved, f"{apart} of {moved}"
