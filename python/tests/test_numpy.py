"""Strategies and stages over numpy arrays."""

import os
import pickle
import subprocess
import sys
import threading

import detsample
import numpy as np
import pytest

SSD = "dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}"


def scene(images=2, classes=3, anchors=400):
    rng = np.random.default_rng(3)
    corner = rng.uniform(0, 100, (anchors, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(10, 40, (anchors, 2))], 1).astype(np.float32)
    truth = [boxes[i * 10:i * 10 + 3] + 1 for i in range(images)]
    labels = [np.arange(3) % classes for _ in range(images)]
    logits = rng.normal(-2, 1, (images, anchors, classes)).astype(np.float32)
    deltas = rng.normal(0, 1, (images, anchors, 4)).astype(np.float32)
    return boxes, detsample.Images(truth, labels, list(range(images))), logits, deltas


def test_a_strategy_says_what_it_is():
    s = detsample.Strategy(SSD, file="some/ssd.yaml")
    assert (s.name, s.stages, s.warnings) == ("ssd", ("dense",), [])
    assert s.values["dense"]["sampler"] == {"type": "hard_negative", "ratio": 3, "min_negatives": 0, "positives_compete": False}
    assert detsample.Strategy(s.yaml).values == s.values
    assert s.facts("dense")["reads"]["hardness"]
    assert "torchvision-fcos" in detsample.presets()
    assert "# torchvision 0.14" in detsample.preset_yaml("torchvision")
    assert detsample.Strategy.preset("torchvision").stages == ("rpn", "roi")
    with pytest.raises(detsample.DetsampleError, match="did you mean torchvision"):
        detsample.Strategy.preset("torchvison")
    warned = detsample.Strategy("rpn: {cls: focal}\nroi: {}").warnings
    assert [(w.trap, w.where) for w in warned] == [("focal_after_sampling", "rpn.cls")]
    assert str(warned[0]).startswith("rpn.cls: focal") and "remedy:" in str(warned[0])


def test_every_mistake_of_a_file_has_its_place(tmp_path):
    file = tmp_path / "my.yaml"
    file.write_text("strategies:\n- name: a\n  dense: {cls: focl}\n- {name: b, dense: {sampler: {type: ohem, num: 0}}}\n")
    with pytest.raises(detsample.ConfigurationError) as error:
        detsample.Strategy.load(file)
    assert isinstance(error.value, ValueError)
    assert [(p.file, p.line, p.column) for p in error.value.places] == [(str(file), 3, 16), (str(file), 4, 48)]
    assert error.value.line == 3 and "did you mean focal?" in error.value.places[0].message
    with pytest.raises(detsample.ConfigurationError) as error:
        detsample.Strategy("", file="empty.yaml")
    assert error.value.places == [] and "empty" in str(error.value)


def test_a_step_is_its_targets_and_losses():
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(SSD), "dense", 3, threads=2)
    step = stage.step(anchors, images, logits, deltas)
    assert step.balance.cls == step.cls and step.grad_logits.shape == logits.shape
    targets = stage.targets(anchors, images, logits=logits)
    assert (np.diff(targets.rows) > 0).all() and (targets.row_class[np.isin(targets.rows, targets.box_rows)] >= 0).all()
    grad_logits, grad_deltas = np.full_like(logits, np.nan), np.full_like(deltas, np.nan)
    assert stage.cls_loss(logits.reshape(-1, 3), grad_logits.reshape(-1, 3)) == step.cls
    assert stage.box_loss(deltas.reshape(-1, 4), grad_deltas.reshape(-1, 4)) == step.box
    assert (grad_logits == step.grad_logits).all() and (grad_deltas == step.grad_deltas).all()
    x = logits.reshape(-1, 3)[targets.rows].astype(float)
    y = targets.row_class[:, None] == np.arange(3)
    by_hand = (targets.weight[:, None] * (np.maximum(x, 0) - x * y + np.log1p(np.exp(-abs(x))))).sum()
    assert step.cls == pytest.approx(by_hand, rel=1e-5)
    gt, iou = stage.assign(anchors, images)
    assert (gt >= 0).sum() == step.balance.positives and iou.max() <= 1
    again = stage.step(anchors, images, logits, deltas, assigned=(gt, iou), grad_logits=grad_logits, grad_deltas=grad_deltas)
    assert again.cls == step.cls and again.grad_logits is grad_logits
    sampled = stage.sample(anchors, images, logits=logits)
    assert (sampled.rows == targets.rows).all() and (sampled.weight == 1).all()
    softplus = np.logaddexp(0, np.where(y_all(gt, images, 3), -logits, logits)).sum(2).astype(np.float32)
    assert (stage.targets(anchors, images, hardness=softplus).rows == targets.rows).all()


def y_all(gt, images, classes):
    y = np.zeros((*gt.shape, classes), bool)
    for i, first in enumerate(images.starts[:-1]):
        at = np.flatnonzero(gt[i] >= 0)
        y[i, at, images.classes[first + gt[i, at]]] = True
    return y


def test_the_second_stage_goes_from_proposals_to_a_loss():
    anchors, images, *_ = scene()
    s = detsample.Strategy("rpn: {}\nroi: {sampler: {type: ohem, num: 16}, per_class: true}")
    stage = detsample.ROIStage(s, "roi", 3)
    box, image = stage.join([anchors[:100], anchors[100:250]], images)
    assert len(box) == 256 and (np.bincount(image) == [103, 153]).all()
    rng = np.random.default_rng(0)
    logits, deltas = rng.normal(size=(256, 4)).astype(np.float32), rng.normal(size=(256, 12)).astype(np.float32)
    with pytest.raises(detsample.DetsampleError, match="0 logits and 0 deltas for 256 candidates"):
        stage.sample()
    regions = stage.sample(logits=logits, deltas=deltas)
    assert (np.bincount(regions.image) == [16, 16]).all()
    assert ((regions.row_class >= 0) == (regions.gt >= 0)).all()
    step = stage.loss(logits[:32].copy(), deltas[:32].copy())
    assert step.grad_deltas.shape == (32, 12) and (step.grad_deltas != 0).any()
    targets = detsample.ROIStage(s, "roi", 3)
    targets.join([anchors[:100], anchors[100:250]], images)
    targets.sample(logits=logits, deltas=deltas)
    found = targets.targets()
    assert targets.cls_loss(logits[:32].copy()) == step.cls
    assert (found.box_slot == regions.row_class[found.box_rows]).all()


def test_what_the_losses_remember_is_saved_and_goes_on():
    anchors, images, logits, deltas = scene()
    s = detsample.Strategy("dense: {norm: moving_average, cls: {type: ghm_c, momentum: 0.7}}")
    one, two = detsample.DenseStage(s, "dense", 3), detsample.DenseStage(s, "dense", 3)
    one.step(anchors, images, logits, deltas)
    two.restore(one.memory())
    assert two.memory() == one.memory() and any(one.memory())
    assert two.step(anchors, images, logits, deltas, step=1).cls == one.step(anchors, images, logits, deltas, step=1).cls
    with pytest.raises(TypeError, match="expected a contiguous numpy array of float32, got float64"):
        one.step(anchors.astype(float), images, logits, deltas)
    with pytest.raises(ValueError, match=r"logits has shape \(2, 400, 2\): expected \(2, 400, 3\)"):
        one.step(anchors, images, np.ascontiguousarray(logits[..., :2]), deltas)
    with pytest.raises(ValueError, match="2 images' boxes, 1 ids"):
        detsample.Images([[], []], [[], []], [1])
    with pytest.raises(ValueError, match=r"image 0: 1 boxes, and classes of shape \(2,\)"):
        detsample.Images([[[0, 0, 1, 1]]], [[1, 2]], [1])


def test_boxes_in_codes_of_ones_own():
    stage = detsample.DenseStage(detsample.Strategy("dense: {box: giou}"), "dense", 3)
    box = np.array([[0, 0, 10, 10], [5, 5, 9, 9]], np.float32)
    truth = np.array([[0, 0, 10, 10], [5, 5, 13, 9]], np.float32)
    weight, grad = np.array([1, 2], np.float32), np.empty((2, 4), np.float32)
    assert stage.box_pairs(box, truth, weight, grad) == pytest.approx(2 * 0.5)
    assert grad[1, 2] < 0
    with pytest.raises(detsample.DetsampleError, match="weighs a box by the others"):
        detsample.DenseStage(detsample.Strategy("dense: {box: ghm_r}"), "dense", 3).box_pairs(box, truth, weight)


def test_image_ids_are_numbers_or_texts():
    assert detsample.image_key(7) == detsample.image_key(np.int64(7)) == 7
    assert detsample.image_key("a.jpg") == detsample.image_key("a.jpg") != detsample.image_key("b.jpg")
    assert 0 <= detsample.image_key(-1) < 2**64


def test_a_forked_child_has_a_library_of_its_own():
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(SSD), "dense", 3, threads=2)
    want = stage.step(anchors, images, logits, deltas).cls
    children = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if all(stage.step(anchors, images, logits, deltas).cls == want for _ in range(50)) else 1)
        children.append(pid)
    assert [os.waitpid(p, 0)[1] for p in children] == [0] * 4
    assert stage.step(anchors, images, logits, deltas).cls == want


def test_a_copy_in_another_process_is_made_anew():
    stage = detsample.DenseStage(detsample.Strategy(SSD, file="ssd.yaml"), "dense", 3)
    twin = pickle.loads(pickle.dumps(stage))
    anchors, images, logits, deltas = scene()
    assert twin.step(anchors, images, logits, deltas).cls == stage.step(anchors, images, logits, deltas).cls
    assert twin.strategy.name == "ssd"


def test_threads_have_stages_of_their_own():
    anchors, images, logits, deltas = scene()
    s, found = detsample.Strategy(SSD), []

    def work():
        stage = detsample.DenseStage(s, "dense", 3)
        found.extend(stage.step(anchors, images, logits, deltas).cls for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(found) == 80 and len(set(found)) == 1


def test_a_library_that_is_not_here_or_of_another_version_is_named(tmp_path):
    run = [sys.executable, "-c", "import detsample; detsample.presets()"]
    got = subprocess.run(run, env={**os.environ, "DETSAMPLE_LIBRARY": str(tmp_path / "no.so")}, capture_output=True, text=True)
    assert "is not here: install detsample where Go is" in got.stderr
    (tmp_path / "empty.so").write_bytes(b"")
    got = subprocess.run(run, env={**os.environ, "DETSAMPLE_LIBRARY": str(tmp_path / "empty.so")}, capture_output=True, text=True)
    assert "cannot be loaded" in got.stderr


def test_balances_add_up():
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(SSD), "dense", 3)
    a, b = (stage.step(anchors, images, logits, deltas, step=i).balance for i in range(2))
    both = a + b
    assert both.used_negatives == a.used_negatives + b.used_negatives
    assert both.scarcity["images"] == 4
    assert both.numbers()["truths"] == a.scarcity["truths"] + b.scarcity["truths"]
    assert both.loss_positives + both.loss_negatives == pytest.approx(both.cls, rel=1e-5)
    assert detsample.Balance(scarcity={**detsample.Balance().scarcity, "images": 10, "truths": 100, "unmatched": 50}).warnings[0].trap == "unmatched_truth"


def test_anchors_of_the_padding_are_ignored_for_who_gives_sizes():
    stage = detsample.DenseStage(detsample.Strategy("dense: {}"), "dense", 2)
    corner = np.stack(np.meshgrid(np.arange(8), np.arange(8)), -1).reshape(-1, 2) * 8.0
    anchors = np.concatenate([corner, corner + 8], 1).astype(np.float32)
    boxes, classes = [[[0, 0, 8, 8]], [[40, 0, 48, 8]]], [[0], [1]]
    plain, _ = stage.assign(anchors, detsample.Images(boxes, classes, [1, 2]))
    sizes = detsample.Images(boxes, classes, [1, 2], sizes=[(32, 64), (0, 0)])
    gt, _ = stage.assign(anchors, sizes)
    assert (gt[0][corner[:, 0] >= 32] == -2).all() and (gt[0][corner[:, 0] < 32] == plain[0][corner[:, 0] < 32]).all()
    assert (gt[1] == plain[1]).all()
    assert sizes.one(0).sizes.tolist() == [[32, 64]]
    with pytest.raises(ValueError, match="expected width and height of each of 2 images"):
        detsample.Images(boxes, classes, [1, 2], sizes=[(32, 64)])
    with pytest.raises(detsample.DetsampleError, match="both are given, or neither"):
        stage.assign(anchors, detsample.Images(boxes, classes, [1, 2], sizes=[(32, 0), (0, 0)]))


def test_an_image_as_large_as_its_batch_has_no_padding():
    stage = detsample.DenseStage(detsample.Strategy("dense: {}"), "dense", 4)
    corner = np.stack(np.meshgrid(np.arange(10), np.arange(8)), -1).reshape(-1, 2) * 16.0
    anchors = np.concatenate([corner, corner + 16], 1).astype(np.float32)
    images = detsample.Images([[]], [[]], [1], sizes=[(160, 120)])
    for known in ({"size": (160, 120)}, {"grid": [[16, 10, 8, 1]]}):
        gt, _ = stage.assign(anchors, images, **known)
        assert (gt == -1).all(), known
    swapped = detsample.Images([[[130, 20, 150, 40]]], [[1]], [7], sizes=[(120, 160)])
    with pytest.raises(detsample.DetsampleError, match=r"image 0 \(ID 7\) is 120 wide and 160 high, and ground truth 0, .*, lies beyond: give width and height"):
        stage.assign(anchors, swapped)
