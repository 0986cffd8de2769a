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


SOFT = "dense: {assigner: %s, sampler: all, cls: quality_focal, box: giou}"


def everything(c, rng):
    return np.flatnonzero(c.gt != -2)


@pytest.mark.parametrize("assigner", ["task_aligned", "dynamic_soft", "simota"])
def test_a_sampler_leaves_the_assigners_soft_targets(assigner):
    _, images, logits, deltas = scene()
    corner = np.stack(np.meshgrid(np.arange(20), np.arange(20)), -1).reshape(-1, 2) * 8
    anchors = np.concatenate([corner, corner + 20], 1).astype(np.float32)
    stage = detsample.DenseStage(detsample.Strategy(SOFT % assigner), "dense", 3)
    layout = {"grid": [[8, 20, 20, 1]], "size": (160, 160)}
    own = stage.step(anchors, images, logits, deltas, **layout)
    step = stage.step(anchors, images, logits, deltas, sampler=everything, **layout)
    assert (step.cls, step.box) == (own.cls, own.box) and step.balance.positives > 0
    assert np.array_equal(step.grad_logits, own.grad_logits) and np.array_equal(step.grad_deltas, own.grad_deltas)
    own = stage.targets(anchors, images, logits=logits, deltas=deltas, **layout)
    t = stage.targets(anchors, images, logits=logits, deltas=deltas, sampler=everything, **layout)
    assert np.array_equal(t.rows, own.rows) and np.array_equal(t.row_class, own.row_class)
    if assigner == "simota":
        assert t.quality is own.quality is None
    else:
        assert np.array_equal(t.quality, own.quality) and 0 < t.quality[t.row_class >= 0].max() < 1


def test_labels_without_their_soft_targets_are_refused():
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(SOFT % "task_aligned"), "dense", 3)
    assigned = stage.assign(anchors, images, logits=logits, deltas=deltas)
    for call in (stage.step, stage.targets, stage.sample):
        for more in ({},) if call == stage.sample else ({}, {"sampler": everything}):
            with pytest.raises(detsample.DetsampleError, match="assigner task_aligned looks at the head's predictions, and labels made before"):
                call(anchors, images, logits=logits, deltas=deltas, assigned=assigned, **more)
    assert stage.step(anchors, images, logits, deltas).cls > 0, "and the stage goes on"


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
    (lambda c, rng: np.array([400]), "returned index 400 of image 0, which has 400 candidates: expected 0 to 399"),
    (lambda c, rng: np.array([3, 3]), "returned index 3 twice of image 0: expected a candidate once at most"),
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


@pytest.mark.parametrize("strategys", ["all", "hard_negative"])
def test_hardness_is_evaluated_when_it_is_asked_for(strategys):
    """Where torch evaluates the losses, hardness is a pass over all logits."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    import detsample.torch as ds
    from detectors import batch, model_of

    for sampler, passes in ((lambda c, rng: c.positives, 0), (hardest, 1)):
        model, (images, targets) = model_of("retinanet"), batch(1)
        made = ds.attach(model, detsample.Strategy("dense: {sampler: %s, cls: ce}" % strategys), where="device", sampler=sampler)
        criterion, calls = made.criteria["dense"], []
        criterion._cls = lambda logits, row_class, own=criterion._cls: calls.append(torch.is_grad_enabled()) or own(logits, row_class)
        model(images, targets)
        assert calls == [False] * passes + [True], "and the loss that is learnt from"
    anchors, images, logits, _ = scene()
    stage = detsample.DenseStage(detsample.Strategy(ALL), "dense", 3)
    gt, _ = stage.assign(anchors, images)
    calls = []
    t = stage.targets(anchors, images, sampler=hardest, hardness=lambda: calls.append(0) or stage.hardness(images, gt, logits))
    assert len(calls) == 1 and np.array_equal(t.rows, stage.targets(anchors, images, sampler=hardest, logits=logits).rows)
    with pytest.raises(ValueError, match="hardness has shape"):
        stage.targets(anchors, images, sampler=hardest, hardness=lambda: np.zeros((2, 3), np.float32))
    with pytest.raises(TypeError, match="hardness is a function"):
        stage.targets(anchors, images, hardness=lambda: stage.hardness(images, gt, logits))


OHEM = "rpn: {}\nroi: {sampler: {type: ohem, num: 16}}"
EVERY = "rpn: {}\nroi: {sampler: all}"


def sixteen(c, rng):
    """OHEM in numpy: the candidates of the highest loss."""
    return np.argsort(-c.hardness, kind="stable")[:16]


def second_stage(text):
    anchors, images, *_ = scene()
    stage = detsample.ROIStage(detsample.Strategy(text), "roi", 3)
    box, image = stage.join([anchors[:100], anchors[100:250]], images)
    rng = np.random.default_rng(0)
    return stage, images, box, image, rng.normal(size=(len(box), 4)).astype(np.float32), rng.normal(size=(len(box), 4)).astype(np.float32)


def test_the_same_rule_is_the_same_second_stage():
    found = []
    for text, options in ((OHEM, {}), (EVERY, {"sampler": sixteen})):
        stage, _, _, _, logits, deltas = second_stage(text)
        regions = stage.sample(seed=1, step=2, logits=logits, deltas=deltas, **options)
        found.append((regions, stage.loss(logits[:32].copy(), deltas[:32].copy())))
    (own, loss), (mine, same) = found
    assert all(np.array_equal(getattr(own, k), getattr(mine, k)) for k in ("box", "image", "row_class", "gt"))
    assert loss.cls == same.cls and loss.balance.numbers() == same.balance.numbers()
    assert np.array_equal(loss.grad_logits, same.grad_logits)


def test_a_second_stages_sampler_sees_its_proposals():
    stage, images, box, image, logits, deltas = second_stage(EVERY)
    gt, iou = stage.labels()
    seen, drawn = [], []

    def some(c, rng):
        seen.append(c)
        drawn.append(rng.random())
        return c.positives, np.full(len(c.positives), 0.5)

    regions = stage.sample(step=1, sampler=some)
    assert [len(c.box) for c in seen] == [103, 153] and (seen[1].box == box[image == 1]).all()
    assert (np.concatenate([c.gt for c in seen]) == gt).all() and (np.concatenate([c.iou for c in seen]) == iou).all()
    assert (seen[0].truth_class == [0, 1, 2]).all() and iou.max() == 1
    assert len(regions.box) == (gt >= 0).sum() > 0 and (regions.row_class >= 0).all()
    assert stage.targets().weight == pytest.approx(0.5 / len(regions.box))
    stage.sample(step=1, sampler=some)
    stage.sample(step=2, sampler=some)
    assert drawn[:2] == drawn[2:4] and drawn[0] != drawn[1] and drawn[4] != drawn[0]
    first = []
    dense = detsample.DenseStage(detsample.Strategy(ALL), "dense", 3)
    anchors, images, logits, deltas = scene()
    dense.step(anchors, images, logits, deltas, step=1, sampler=lambda c, rng: first.append(rng.random()) or c.positives)
    assert first[0] != drawn[0], "the stages draw apart"
    with pytest.raises(detsample.DetsampleError, match="asks for hardness, which needs the head's logits"):
        stage.sample(sampler=sixteen)
    with pytest.raises(detsample.DetsampleError, match="returned index 153 of image 1"):
        stage.sample(sampler=lambda c, rng: [len(c.box) - (len(c.box) == 103)])


def test_what_a_sampler_is_given_is_not_to_change():
    anchors, images, logits, deltas = scene()

    def spoil(c, rng):
        for array in (c.gt, c.iou, c.box, c.truth_class, c.hardness):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1
        return c.positives

    detsample.DenseStage(detsample.Strategy(ALL), "dense", 3).step(anchors, images, logits, deltas, sampler=spoil)
    assert anchors.flags.writeable


@pytest.mark.parametrize("where", ["host", "device"])
def test_a_second_stages_sampler_under_a_detector(where):
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchvision")
    import detsample.torch as ds
    from detectors import batch, model_of

    found = []
    for text, mine in ((OHEM, None), (EVERY, sixteen)):
        torch.manual_seed(0)
        model, (images, targets) = model_of("faster_rcnn"), batch(1)
        passes = []
        ds.attach(model, detsample.Strategy(text), where=where, roi_sampler=mine, seed=3)
        model.roi_heads.box_head.register_forward_hook(lambda m, x, y: passes.append(len(y)))
        losses = model(images, targets)
        b = ds.balance(model)["roi"]
        assert len(passes) == 2 and passes[1] == 32, "a pass that mines, and that which learns"
        found.append([b.used_positives, b.used_negatives, *(v.item() for _, v in sorted(losses.items()))])
    assert found[0] == pytest.approx(found[1], rel=1e-6)
    passes.clear()
    ds.attach(model, detsample.Strategy(EVERY), roi_sampler=lambda c, rng: rng.permutation(len(c.box))[:8])
    model.roi_heads.box_head.register_forward_hook(lambda m, x, y: passes.append(len(y)))
    model(images, targets)
    assert set(passes) == {16}, "what asks for no hardness costs no pass"
    with pytest.raises(ValueError, match="RetinaNet has no second stage for roi_sampler"):
        ds.attach(model_of("retinanet"), detsample.Strategy(ALL), roi_sampler=sixteen)
