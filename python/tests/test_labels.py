"""Labels that a loader's workers made count as long as they follow from what
the loop has: its strategy, boxes, anchors and sizes."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

import detsample  # noqa: E402
import detsample.torch as ds  # noqa: E402
from detectors import MAKERS, PRESETS, RATIOS, batch, model_of  # noqa: E402
from torchvision.models.detection.anchor_utils import AnchorGenerator  # noqa: E402

HIGH = "dense: {assigner: {type: max_iou, pos_iou: 0.5, neg_iou: 0.4}}"
LOW = "dense: {assigner: {type: max_iou, pos_iou: 0.3, neg_iou: 0.2}}"
MADE = ("detsample_gt", "detsample_iou", "detsample_source")


def strategy(text):
    return detsample.Strategy(text, file="test.yaml")


def learned(model, images, targets):
    losses = model(images, targets)
    b = next(iter(ds.balance(model).values()))
    return {k: v.item() for k, v in losses.items()}, b.positives, b.negatives


def bare(targets):
    return [{k: v for k, v in t.items() if k not in MADE} for t in targets]


def stale(model):
    return [str(w) for w in ds.warnings(model) if w.trap == "stale_labels"]


def unused(model, images, targets):
    """Whether labels that say that there is no object are not heard."""
    return learned(model, images, [{**t, "detsample_gt": torch.full_like(t["detsample_gt"], -1)} for t in targets])[1] > 0


@pytest.mark.parametrize("kind", MAKERS)
def test_labels_of_what_the_loop_has_count(kind):
    model, pairs = model_of(kind), list(zip(*batch(1)))
    ds.attach(model, detsample.Strategy.preset(PRESETS[kind]))
    images, ready = ds.collate(model)(pairs)
    assert learned(model, images, ready)[1] > 0 and not unused(model, images, ready) and not stale(model)


def test_labels_count_where_mixed_precision_rounds_the_loops_anchors():
    model, pairs = model_of("retinanet"), list(zip(*batch(1)))
    model.transform.min_size, model.transform.max_size = (400,), 600  # beyond 256, to where bfloat16 has the whole numbers
    ds.attach(model, strategy(LOW))
    images, ready = ds.collate(model)(pairs)
    with torch.autocast("cpu", torch.bfloat16):
        assert not unused(model, images, ready) and not stale(model)


def test_labels_of_another_strategy_are_made_anew():
    model, (images, targets) = model_of("retinanet"), batch(1)
    ds.attach(model, strategy(HIGH))
    ready = ds.collate(model)(list(zip(images, targets)))[1]
    before = learned(model, images, targets)
    ds.attach(model, strategy(LOW))
    want = learned(model, images, targets)
    assert want[1] > 2 * before[1] and not stale(model)
    assert learned(model, images, ready) == want
    problem, = stale(model)
    assert "dense.assigner: in 1 steps the labels" in problem and "for another assigner" in problem and "ds.collate(model)" in problem
    ds.attach(model, strategy(HIGH.replace("}}", "}, sampler: {type: hard_negative}, cls: ce}")))
    assert not unused(model, images, ready) and not stale(model), "another sampler or loss has the same labels"


def flipped(images, targets):
    def turn(image, target):
        width, boxes = image.shape[-1], target["boxes"]
        return image.flip(-1), {**target, "boxes": torch.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)}

    return tuple(map(list, zip(*map(turn, images, targets))))


def each(**change):
    return lambda images, targets: (images, [{**t, **{k: f(t[k]) for k, f in change.items()}} for t in targets])


@pytest.mark.parametrize("change, problem", [
    (flipped, "other boxes or classes"),
    (each(boxes=lambda b: b.flip(0), labels=lambda k: k.flip(0)), "other boxes or classes"),
    (each(boxes=lambda b: b[1:], labels=lambda k: k[1:]), "other boxes or classes"),
    (each(boxes=lambda b: b + 1), "other boxes or classes"),
    (each(labels=lambda k: k % 3 + 1), "other boxes or classes"),
    (lambda i, t: (i, [{**x, "iscrowd": torch.arange(len(x["boxes"])) % 2} for x in t]), "other boxes or classes"),
    (lambda i, t: (i, t[::-1]), "other boxes or classes"),
    (lambda i, t: ([x[..., :-40, :-40] for x in i], t), "other boxes or classes"),  # which the transform scales otherwise
    (lambda i, t: (i[:1], t[:1]), "a batch of 160 x 160 pixels, which has 128 x 160"),
    (lambda i, t: (i, [t[0], {k: v for k, v in t[1].items() if k not in MADE}]), "some of the images alone"),
])
def test_labels_of_other_boxes_or_batches_are_made_anew(change, problem):
    model, (images, targets) = model_of("retinanet"), batch(8)
    ds.attach(model, strategy(LOW))
    images, ready = change(*ds.collate(model)(list(zip(images, targets))))
    want = learned(model, images, bare(ready))
    assert want[1] > 0 and not stale(model)
    assert learned(model, images, ready) == want
    found, = stale(model)
    assert problem in found


def test_labels_of_other_anchors_or_padding_are_made_anew():
    model, (images, targets) = model_of("retinanet"), batch(5)
    ds.attach(model, strategy(LOW))
    ready = ds.collate(model)(list(zip(images, targets)))[1]
    for change, problem in (({"padding": False}, "whose padding counts otherwise"), ({}, "other anchors")):
        if not change:
            model.anchor_generator = AnchorGenerator(((20, 28), (40, 56), (72, 104)), RATIOS)
        ds.attach(model, strategy(LOW), **change)
        want = learned(model, images, targets)
        assert learned(model, images, ready) == want
        found, = stale(model)
        assert problem in found
    ready = ds.collate(model)(list(zip(images, targets)))[1]
    ds.attach(model, strategy(LOW))
    assert not unused(model, images, ready) and not stale(model), "those of a collate made since count"


def test_an_assigner_that_looks_at_predictions_makes_them_anew():
    model, (images, targets) = model_of("retinanet"), batch(1)
    ds.attach(model, strategy(LOW))
    ready = ds.collate(model)(list(zip(images, targets)))[1]
    ds.attach(model, strategy("dense: {assigner: task_aligned}"))
    assert learned(model, images, ready) == learned(model, images, targets)
    assert "for another assigner" in stale(model)[0]
