"""Samplers written in Python in place of a strategy's own."""

import detsample
import numpy as np
import pytest
from test_numpy import SSD, scene

ALL = "dense: {sampler: all, cls: ce}"


def hardest(c, rng):
    """SSD's 3:1, in numpy."""
    kept = 3 * len(c.positives)
    order = np.argsort(-c.hardness[c.negatives], kind="stable")
    return np.concatenate([c.positives, c.negatives[order[:kept]]])


def test_the_same_rule_is_the_same_step():
    anchors, images, logits, deltas = scene()
    own = detsample.DenseStage(detsample.Strategy(SSD), "dense", 3).step(anchors, images, logits, deltas)
    step = detsample.DenseStage(detsample.Strategy(ALL), "dense", 3).step(anchors, images, logits, deltas, sampler=hardest)
    assert step.cls == own.cls and step.balance.numbers() == own.balance.numbers()
    assert np.array_equal(step.grad_logits, own.grad_logits)


def test_weights_and_a_generator_keyed_by_the_image():
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(ALL), "dense", 3)
    drawn = []

    def some(c, rng):
        drawn.append(rng.random())
        assert c.gt.shape == c.iou.shape == (len(c.box),) == (400,) and len(c.truth_class) == 3
        return c.positives, np.full(len(c.positives), 0.5)

    t = stage.targets(anchors, images, step=3, sampler=some)
    assert set(t.row_class) <= {0, 1, 2} and len(t.rows) == t.balance.positives
    assert t.weight == pytest.approx(0.5 / len(t.rows))
    stage.targets(anchors, images, step=3, sampler=some)
    assert drawn[:2] == drawn[2:] and drawn[0] != drawn[1]
    stage.targets(anchors, images, step=4, sampler=some)
    assert drawn[4] != drawn[0]
    with pytest.raises(detsample.DetsampleError, match="asks for hardness, which needs logits"):
        stage.targets(anchors, images, sampler=hardest)


@pytest.mark.parametrize("taken, problem", [
    (lambda c, rng: np.array([400]), "sample of image 0: candidate 400"),
    (lambda c, rng: np.array([3, 3]), "candidate 3 after 3"),
    (lambda c, rng: (np.array([3]), [-1.0]), "weight -1 of candidate 3"),
    (lambda c, rng: (np.array([3]), [1.0, 2.0]), "weights of shape"),
    (lambda c, rng: np.array([0.5]), "indices as integers"),
])
def test_a_sample_that_is_none_is_refused(taken, problem):
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(ALL), "dense", 3)
    with pytest.raises((detsample.DetsampleError, ValueError), match=problem):
        stage.step(anchors, images, logits, deltas, sampler=taken)


@pytest.mark.parametrize("where", ["host", "device"])
@pytest.mark.parametrize("kind", ["retinanet", "faster_rcnn", "fcos"])
def test_under_a_detector(kind, where):
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    import detsample.torch as ds
    from detectors import batch, model_of

    parts = {"retinanet": ("dense: {sampler: %s, cls: ce}", "dense"), "fcos": ("dense: {assigner: fcos, sampler: %s, cls: ce, box: giou}", "dense"),
             "faster_rcnn": ("rpn: {sampler: %s, cls: ce}\nroi: {}", "rpn")}
    text, stage = parts[kind]
    found = []
    for sampler, mine in (("{type: hard_negative, ratio: 3}", None), ("all", hardest)):
        torch.manual_seed(0)
        model, (images, targets) = model_of(kind), batch(1)
        ds.attach(model, detsample.Strategy(text % sampler), where=where, sampler=mine)
        losses = model(images, targets)
        b = ds.balance(model)[stage]
        found.append([b.used_positives, b.used_negatives, *(v.item() for k, v in sorted(losses.items()) if "roi" not in k and "box_reg" not in k and "classifier" not in k)])
    assert found[0] == pytest.approx(found[1], rel=1e-5)
    assert found[0][0] > 0
