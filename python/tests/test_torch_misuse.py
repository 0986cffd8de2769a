"""Tensors of every kind: a clear exception, or the same numbers."""

import itertools
import pathlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

import detsample  # noqa: E402
import detsample.torch as ds  # noqa: E402
from detectors import MAKERS, PRESETS, batch, model_of  # noqa: E402

WRONG = (detsample.DetsampleError, ValueError, TypeError, KeyError)
WHERE = pytest.mark.parametrize("where", ["host", "device"])


def strategy(text="dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}"):
    return detsample.Strategy(text, file="test.yaml")


def data(images=2, anchors=300, classes=3):
    generator = torch.Generator().manual_seed(1)
    corner = torch.rand(anchors, 2, generator=generator) * 100
    boxes = torch.cat([corner, corner + 20], 1)
    targets = [{"boxes": boxes[i * 9:i * 9 + 2] + 1, "labels": torch.tensor([0, 2]), "image_id": i} for i in range(images)]
    return torch.randn(images, anchors, classes, generator=generator) - 2, torch.randn(images, anchors, 4, generator=generator), boxes, targets


@WHERE
@pytest.mark.parametrize("change, problem", [
    (lambda x, d, a, t: (x[..., :2], d, a, t), r"logits has shape \(2, 300, 2\): expected \(2, 300, 3\)"),
    (lambda x, d, a, t: (torch.cat([x, x], -1), d, a, t), "logits has shape"),
    (lambda x, d, a, t: (x.reshape(1, 600, 3), d, a, t), "logits has shape"),
    (lambda x, d, a, t: (x.reshape(-1, 3), d, a, t), "logits has shape"),
    (lambda x, d, a, t: (x, d[:, :299], a, t), "deltas has shape"),
    (lambda x, d, a, t: (x, d[..., :3], a, t), "deltas has shape"),
    (lambda x, d, a, t: (x, d, a[:299], t), "logits has shape"),
    (lambda x, d, a, t: (x, d, torch.cat([a, a], 1), t), "anchors has shape"),
    (lambda x, d, a, t: (x, d, a, t[:1]), r"logits has shape \(2, 300, 3\), of 2 images, and targets are those of 1"),
    (lambda x, d, a, t: (x, d, [a, a], t), r"anchors are 2 images', one after another: expected those of one image, \(anchors, 4\)"),
    (lambda x, d, a, t: (x, d, torch.stack([a, a]), t), r"anchors are 2 images', one after another: expected those of one image, \(anchors, 4\)"),
    (lambda x, d, a, t: (x, d, a.reshape(-1), t), "anchors has shape"),
    (lambda x, d, a, t: (x, d, a.numpy(), t), "anchors is a ndarray: expected a tensor"),
    (lambda x, d, a, t: (x.numpy(), d, a, t), "logits is a ndarray: expected a tensor"),
    (lambda x, d, a, t: (x, d.numpy(), a, t), "deltas is a ndarray: expected a tensor"),
    (lambda x, d, a, t: (x, None, a, t), "deltas is None"),
    (lambda x, d, a, t: (x, d, None, t), "anchors is a NoneType"),
    (lambda x, d, a, t: (x, d, a, t[0]), "targets is a dict: expected a list of a dictionary for each image"),
    (lambda x, d, a, t: (x, d, a, 7), "targets is a int"),
    (lambda x, d, a, t: (x, d, a, [t[0], t[1]["boxes"]]), r"targets\[1\] is a Tensor: expected a dictionary"),
    (lambda x, d, a, t: (x, d, a, [{**t[0], "boxes": None}, t[1]]), r"targets\[0\] has boxes None: expected a tensor"),
    (lambda x, d, a, t: (x, d, a, [{**t[0], "iscrowd": "no"}, t[1]]), r"targets\[0\] has iscrowd 'no': expected a tensor"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "image_id": 2**70}]), r"targets\[1\] has image_id 1180591620717411303424: expected an integer of 64 bits"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "image_id": pathlib.Path("a.jpg")}]), r"targets\[1\] has image_id .*Path\('a.jpg'\): expected one integer, or a text"),
    (lambda x, d, a, t: (x.long(), d, a, t), "logits is of torch.int64"),
    (lambda x, d, a, t: (x, d.long(), a, t), "deltas is of torch.int64"),
    (lambda x, d, a, t: (x.to(torch.complex64), d, a, t), "logits is of torch.complex64"),
    (lambda x, d, a, t: (x, d, a.to(torch.complex64), t), "torch.complex64"),
    (lambda x, d, a, t: (x, d, a, [{**t[0], "boxes": t[0]["boxes"] * float("nan")}, t[1]]), r"image 0 \(id 0\): ground truth 0 is \[NaN"),
    (lambda x, d, a, t: (x, d, a, [{**t[0], "boxes": t[0]["boxes"].flip(1)}, t[1]]), "x1 < x2"),
    (lambda x, d, a, t: (x, d, a, [{**t[0], "boxes": t[0]["boxes"][:1]}, t[1]]), r"targets\[0\] has 1 boxes, and labels of shape \(2,\)"),
    (lambda x, d, a, t: (x, d, a, [{**t[0], "boxes": t[0]["boxes"][:, :3]}, t[1]]), "boxes of image 0 have shape"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "labels": torch.tensor([0, 3])}]), r"targets\[1\] labels\[1\] is 3, of image_id 1: expected 0 to 2, the head's classes"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "labels": torch.tensor([-1, 2])}]), r"targets\[1\] labels\[0\] is -1, of image_id 1: expected 0 to 2"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "labels": torch.tensor([0, 2**32])}]), "4294967296"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "labels": torch.tensor([0.5, 2])}]), r"targets\[1\] has labels of torch.float32"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "image_id": torch.tensor([1, 2])}]), r"targets\[1\] has image_id"),
    (lambda x, d, a, t: (x, d, a, [t[0], {**t[1], "image_id": 1.5}]), r"targets\[1\] has image_id 1.5"),
    (lambda x, d, a, t: (x, d, a, [{k: v for k, v in t[0].items() if k != "labels"}, t[1]]), r"targets\[0\] has no labels"),
    (lambda x, d, a, t: (x, d, a, [{**t[0], "iscrowd": torch.tensor([0])}, t[1]]), r"targets\[0\] has 2 boxes, and iscrowd of shape"),
])
def test_tensors_of_another_kind(where, change, problem):
    criterion = ds.DenseCriterion(strategy(), 3, where=where)
    x, d, a, t = change(*data())
    with pytest.raises(WRONG, match=problem):
        criterion(x, d, a, t)
    cls, box = criterion(*data())
    assert torch.isfinite(cls + box), "and the criterion goes on"


@WHERE
def test_gradients_are_of_what_asks_for_them(where):
    criterion = ds.DenseCriterion(strategy(), 3, where=where)
    full = None
    for wants in itertools.product((True, False), repeat=2):
        x, d, a, t = data()
        x.requires_grad_(wants[0]), d.requires_grad_(wants[1]), a.requires_grad_()
        t[0]["boxes"].requires_grad_()
        cls, box = criterion(x, d, a, t, step=0)
        full = full or (cls.item(), box.item())
        assert (cls.item(), box.item()) == pytest.approx(full, rel=1e-6)
        if any(wants):
            (cls + box).backward()
        assert [x.grad is not None, d.grad is not None] == list(wants) and a.grad is None and t[0]["boxes"].grad is None
    x, d, a, t = data()
    x.requires_grad_()
    with torch.no_grad():
        cls, box = criterion(x, d, a, t, step=0)
    assert not cls.requires_grad and (cls.item(), box.item()) == pytest.approx(full, rel=1e-6)
    cls, box = criterion(x, d, a, t, step=0)
    cls.backward(retain_graph=True)
    once = x.grad.clone()
    cls.backward()
    assert torch.allclose(x.grad, 2 * once)


def test_a_second_derivative_is_refused():
    criterion = ds.DenseCriterion(strategy(), 3, where="host")
    x, d, a, t = data()
    x.requires_grad_()
    cls, _ = criterion(x, d, a, t)
    with pytest.raises(RuntimeError, match="second derivative"):
        torch.autograd.grad(cls, x, create_graph=True)
    criterion = ds.DenseCriterion(strategy(), 3, where="device")
    first, = torch.autograd.grad(criterion(x, d, a, t)[0], x, create_graph=True)
    first.pow(2).sum().backward()
    assert x.grad.any()


@WHERE
def test_strides_and_types_change_nothing(where):
    criterion = ds.DenseCriterion(strategy("dense: {}"), 3, where=where)
    x, d, a, t = data()
    want = [v.item() for v in criterion(x, d, a, t, step=0)]
    wide = torch.zeros(2, 300, 6)
    wide[..., ::2] = x
    turned = d.permute(2, 0, 1).contiguous().permute(1, 2, 0)
    for logits, deltas in ((wide[..., ::2], turned), (x.double(), d.double()), (x.expand(2, 300, 3), d)):
        logits, deltas = logits.detach().requires_grad_(), deltas.detach().requires_grad_()
        cls, box = criterion(logits, deltas, a.double() if logits.dtype == torch.float64 else a, t, step=0)
        (cls + box).backward()
        assert [cls.item(), box.item()] == pytest.approx(want, rel=1e-5)
        assert logits.grad.dtype == logits.dtype and logits.grad.shape == logits.shape
    for dtype in (torch.float16, torch.bfloat16):
        cls, box = criterion(x.to(dtype), d.to(dtype), a, t, step=0)
        assert [cls.item(), box.item()] == pytest.approx(want, rel=2e-2) and cls.dtype == torch.float32


@WHERE
def test_nothing_to_learn(where):
    for text in ("dense: {}", "dense: {sampler: {type: hard_negative}, cls: ce}", "dense: {cls: ce, box: giou}"):
        criterion = ds.DenseCriterion(strategy(text), 3, where=where)
        x, d, a, t = data()
        x.requires_grad_(), d.requires_grad_()
        empty = [{"boxes": torch.zeros(0, 4), "labels": torch.zeros(0, dtype=torch.int64), "image_id": i} for i in range(2)]
        cls, box = criterion(x, d, a, empty)
        (cls + box).backward()
        assert torch.isfinite(cls) and box.item() == 0 and not d.grad.any() and torch.isfinite(x.grad).all()
        cls, box = criterion(torch.zeros(0, 300, 3), torch.zeros(0, 300, 4), a, [])
        assert cls.item() == box.item() == 0


@WHERE
def test_a_second_stages_tensors(where):
    text = "rpn: {}\nroi: {sampler: {type: random, num: 16}}"
    criterion = ds.ROICriterion(strategy(text), 3, where=where)
    with pytest.raises(WRONG, match="comes first"):
        criterion.sample()
    with pytest.raises(WRONG, match="comes first"):
        criterion(torch.zeros(3, 4), torch.zeros(3, 4))
    _, _, boxes, targets = data()
    with pytest.raises(WRONG, match="proposals of 1 images"):
        criterion.join([boxes], targets)
    with pytest.raises(WRONG, match="proposals of image 1 have shape"):
        criterion.join([boxes, boxes[:, :3]], targets)
    criterion.join([boxes, boxes.double()], targets)
    n = len(criterion.sample().box)
    for x, d, problem in ((torch.zeros(n, 3), torch.zeros(n, 4), "logits has shape"), (torch.zeros(n - 1, 4), torch.zeros(n - 1, 4), "logits has shape"),
                          (torch.zeros(n, 4), torch.zeros(n, 12), "deltas has shape"), (torch.zeros(n, 4).long(), torch.zeros(n, 4), "logits is of")):
        with pytest.raises(WRONG, match=problem):
            criterion(x, d)
    x = torch.zeros(n, 4, requires_grad=True)
    sum(criterion(x, torch.zeros(n, 4))).backward()
    assert x.grad.any()


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_wrong_in_a_target_is_named_under_every_detector(kind):
    model, (images, targets) = model_of(kind), batch(1)
    ds.attach(model, detsample.Strategy.preset(PRESETS[kind]))
    good = [dict(t) for t in targets]
    for change, problem in (({"labels": torch.full_like(targets[1]["labels"], 77)}, r"targets\[1\] labels\[0\] is 77, of image_id 1001: expected [01] to 3"), ({"labels": targets[1]["labels"].float()}, "labels"),
                            ({"boxes": targets[1]["boxes"].flip(1)}, "."), ({"boxes": targets[1]["boxes"] * float("nan")}, ".")):
        with pytest.raises((*WRONG, AssertionError), match=problem):
            model(images, [good[0], {**good[1], **change}])
    assert all(torch.isfinite(v) for v in model(images, good).values())


def test_a_detector_of_one_class_has_labels_of_one():
    criterion = ds.DenseCriterion(strategy("dense: {cls: softmax_ce}"), 1, label_offset=1, background_first=True)
    _, d, a, t = data()
    with pytest.raises(detsample.DetsampleError, match=r"targets\[0\] labels\[0\] is 0, of image_id 0: expected 1, the head's only class; 0 is the background's"):
        criterion(torch.zeros(2, 300, 2), d, a, t)


def test_the_centreness_of_a_centre_beside_its_object_is_none():
    model, (images, targets) = model_of("fcos"), batch(1)
    ds.attach(model, strategy("dense: {assigner: {type: max_iou, pos_iou: 0.05, neg_iou: 0.05}, box: giou}"))
    losses = model(images, targets)
    assert all(torch.isfinite(v) for v in losses.values())
    sum(losses.values()).backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_gradients_that_numpy_holds_outlive_the_next_step():
    criterion = ds.DenseCriterion(strategy(), 3)
    kept = []
    for i in range(6):
        x, d, a, t = data()
        x = (x + i / 4).requires_grad_()
        criterion(x, d, a, t)[0].backward()
        kept.append((x.grad.numpy()[0], x.grad.numpy()[0].copy()))
        del x
    assert all(np.array_equal(now, then) for now, then in kept)


@WHERE
def test_pairs_are_of_the_targets_that_are_given(where):
    criterion = ds.DenseCriterion(strategy("dense: {}"), 3, where=where)
    x, d, a, t = data()
    other = [{**one, "boxes": one["boxes"] + 40, "labels": torch.tensor([2, 1])} for one in t]

    def between():
        criterion.targets(x, d, a, other)

    def stepped():
        criterion(x, d, a, other)

    for later in (between, stepped):
        first = criterion.targets(x, d, a, t)
        box = torch.zeros(len(first.box_rows), 4)
        want = [v.item() for v in criterion.pairs(first, x, box, box + 1)]
        assert [v.item() for v in criterion.pairs(first, x, box, box + 1)] == want, "as often as one likes"
        later()
        if where == "device":
            assert [v.item() for v in criterion.pairs(first, x, box, box + 1)] == want
            continue
        with pytest.raises(detsample.DetsampleError, match='^dense: the targets are not those that the criterion made last.*before the next batch.*where="device"'):
            criterion.pairs(first, x, box, box + 1)
    fresh = criterion.targets(x, d, a, t)
    assert [v.item() for v in criterion.pairs(fresh, x, box, box + 1)] == want


@pytest.mark.parametrize("kind, last", [("faster_rcnn", 3), ("ssd", 3), ("retinanet", 3), ("fcos", 3)])
def test_a_label_out_of_range_is_named_as_the_target_has_it(kind, last):
    model, (images, targets) = model_of(kind), batch(1)
    ds.attach(model, detsample.Strategy.preset(PRESETS[kind]))
    first = 1 if kind in ("faster_rcnn", "ssd") else 0
    many = [i for i, t in enumerate(targets) if len(t["boxes"]) > 1][0]
    for label in (first - 1, last + 1):
        wrong = [dict(t) for t in targets]
        wrong[many]["labels"] = wrong[many]["labels"].clone()
        wrong[many]["labels"][1] = label
        background = "; 0 is the background's" if (first, label) == (1, 0) else ""
        said = rf"targets\[{many}\] labels\[1\] is {label}, of image_id {1000 + many}: expected {first} to {last}, the head's classes{background}$"
        with pytest.raises(detsample.DetsampleError, match=said):
            model(images, wrong)
        if kind != "faster_rcnn":  # whose first stage has one class
            with pytest.raises(detsample.DetsampleError, match=said):
                ds.collate(model)(list(zip(images, wrong)))
        crowd = [{**t, "iscrowd": torch.zeros(len(t["boxes"]))} for t in wrong]
        crowd[many]["iscrowd"][0] = 1
        with pytest.raises(detsample.DetsampleError, match=said):
            model(images, crowd)
        crowd[many]["iscrowd"][:2] = torch.tensor([0, 1])
        assert all(torch.isfinite(v) for v in model(images, crowd).values()), "a crowd's class is not looked at"


@pytest.mark.parametrize("kind", ["retinanet", "ssd", "faster_rcnn"])
def test_what_the_library_refuses_comes_with_the_stages_name(kind):
    model, (images, targets) = model_of(kind), batch(1)
    made = ds.attach(model, detsample.Strategy.preset(PRESETS[kind]))
    head = model.rpn.head.cls_logits if kind == "faster_rcnn" else model.head.classification_head
    for name, weight in head.named_parameters():
        if name.endswith("bias"):
            weight.data[:] = float("nan")
    with pytest.raises(detsample.DetsampleError, match=f"^{next(iter(made.criteria))}: a logit is NaN, column [0-3] of anchor 0 of image 0"):
        model(images, targets)


def test_a_second_stages_refusal_comes_with_its_name():
    criterion = ds.ROICriterion(strategy("rpn: {}\nroi: {sampler: {type: ohem, num: 16}}"), 3)
    _, _, boxes, targets = data()
    criterion.join([boxes, boxes], targets)
    with pytest.raises(detsample.DetsampleError, match="^roi: a logit is NaN"):
        criterion.sample(torch.full((604, 4), float("nan")), torch.zeros(604, 4))


@pytest.mark.parametrize("make, problem", [
    (lambda: ds.DenseCriterion(strategy(), "3"), "classes is '3': expected an integer"),
    (lambda: ds.DenseCriterion(strategy(), 3, seed=1.5), "seed is 1.5: expected an integer"),
    (lambda: ds.DenseCriterion(strategy(), 3, threads="2"), "threads is '2': expected an integer"),
    (lambda: ds.attach(model_of("retinanet"), strategy(), seed="x"), "seed is 'x': expected an integer"),
    (lambda: detsample.DenseStage("ssd.yaml", "dense", 3), r"strategy is 'ssd.yaml': expected a detsample.Strategy, as Strategy.load\(file\)"),
    (lambda: ds.dump(model_of("retinanet"), [], "state.npz", images=0), "images is 0: expected at least 1"),
    (lambda: ds.dump(model_of("retinanet"), [], "state.npz", images="8"), "images is '8': expected an integer"),
])
def test_parameters_of_another_kind_are_named(make, problem):
    with pytest.raises(WRONG, match=problem):
        make()


@WHERE
@pytest.mark.parametrize("assigner, problem", [
    ("atss", r"dense: assigner atss needs the anchors' grid: give grid=\[\(stride, cells across, cells down, anchors a cell\), ...\]"),
    ("{type: max_iou, pos_iou: 0.5, neg_iou: 0.4, straddle: dropped}", r"dense: assigner max_iou needs the size of the batch's images: give size=\(width, height\)"),
])
def test_what_an_assigner_needs_is_said_in_pythons_words(where, assigner, problem):
    criterion = ds.DenseCriterion(strategy("dense: {assigner: %s}" % assigner), 3, where=where)
    with pytest.raises(WRONG, match=problem):
        criterion(*data())


@pytest.mark.parametrize("given, problem", [
    ("torchvision-retinanet", r"no file 'torchvision-retinanet', which is the name of a preset: Strategy.preset\('torchvision-retinanet'\)"),
    ("dense: {cls: focal}", r"no file 'dense: \{cls: focal\}', which looks like YAML: Strategy\(text\)"),
    ("dense:\n  cls: focal\n" + 400 * "# long\n", "which looks like YAML"),
    ("nowhere.yaml", "nowhere.yaml"),
])
def test_a_file_that_is_none_says_what_it_may_be(given, problem):
    with pytest.raises(FileNotFoundError, match=problem):
        ds.DenseCriterion(given, 3)


def test_a_preset_that_is_none_is_named_as_such():
    with pytest.raises(detsample.DetsampleError, match='unknown preset "torchvision-retina": expected one of .*; did you mean torchvision-retinanet'):
        detsample.Strategy.preset("torchvision-retina")
    with pytest.raises(ValueError, match="strategy test has rpn and roi: expected one with dense"):
        ds.DenseCriterion(strategy("rpn: {}\nroi: {}"), 3)
