"""Strategies in torchvision's detectors, beyond what the presets say."""

import copy
import importlib
import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")

import detsample  # noqa: E402
import detsample.torch as ds  # noqa: E402
from detectors import MAKERS, PRESETS, Trunk, batch, model_of  # noqa: E402
from torch import nn  # noqa: E402
from torchvision.models.detection.anchor_utils import AnchorGenerator, DefaultBoxGenerator  # noqa: E402
from torchvision.models.detection.ssd import SSD  # noqa: E402

ONE_STAGE = {
    "retinanet": "dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}",
    "ssd": "dense: {sampler: {type: hard_negative, ratio: 3}, cls: softmax_focal, box: giou}",
    "fcos": "dense: {assigner: atss, sampler: {type: random, num: 64}, cls: alpha_ce, box: {type: smooth_l1, beta: 0.1}}",
}
OHEM = "rpn: {sampler: {type: random, num: 64}}\nroi: {sampler: {type: ohem, num: 16}}"


def strategy(text):
    return detsample.Strategy(text, file="test.yaml")


def grads(model, images, targets):
    model.zero_grad()
    found = model(images, targets)
    sum(found.values()).backward()
    return {k: v.item() for k, v in found.items()}, [p.grad.clone() for p in model.parameters() if p.grad is not None]


@pytest.mark.parametrize("kind", ONE_STAGE)
def test_three_lines_swap_the_strategy(kind, tmp_path):
    file = tmp_path / "ssd.yaml"
    file.write_text(ONE_STAGE[kind])
    model, (images, targets) = model_of(kind), batch(1)
    before, _ = grads(model, images, targets)
    ds.attach(model, file)
    after, gradients = grads(model, images, targets)
    assert set(before) == set(after) and before != after
    assert all(torch.isfinite(g).all() for g in gradients)
    found = ds.balance(model)["dense"]
    assert found.cls == pytest.approx(after["classification"], rel=1e-6)
    assert found.box == pytest.approx(after["bbox_regression"], rel=1e-6)
    assert 0 < found.used_positives <= found.positives
    assert 0 < found.used_negatives < found.negatives
    if "hard_negative" in ONE_STAGE[kind]:
        assert found.used_negatives <= 3 * found.used_positives
    ds.detach(model)
    assert grads(model, images, targets)[0] == before
    with pytest.raises(ValueError, match="no strategy is attached"):
        ds.balance(model)


def test_a_comparisons_strategy_is_chosen_by_name(tmp_path):
    file = tmp_path / "my.yaml"
    file.write_text("strategies:\n  - {name: a, dense: {cls: ce}}\n  - {name: b, dense: {cls: focal}}\n")
    model = model_of("retinanet")
    assert ds.attach(model, file, strategy="b").strategy.name == "b"
    with pytest.raises(detsample.ConfigurationError, match="name one of a, b"):
        ds.attach(model, file)
    assert ds.attachment(model).strategy.name == "b", "a refused strategy leaves the attached one"
    with pytest.raises(ValueError, match="strategy test comes with the name 'a', which chooses one of a file's"):
        ds.attach(model, strategy("dense: {}"), strategy="a")


def test_mistakes_in_yaml_come_with_their_place(tmp_path):
    file = tmp_path / "my.yaml"
    file.write_text("dense:\n  cls: {type: focal, gama: 2}\n  sampler: al\n")
    with pytest.raises(detsample.ConfigurationError) as error:
        ds.attach(model_of("retinanet"), file)
    first, second = error.value.places
    assert (first.file, first.line, first.column) == (str(file), 2, 22) and "did you mean gamma?" in first.message
    assert (second.line, second.column) == (3, 12) and 'unknown sampler "al"' in second.message


@pytest.mark.parametrize("kind, text, message", [
    ("retinanet", OHEM, "test has rpn and roi, and RetinaNet takes dense"),
    ("faster_rcnn", "dense: {}", "test has dense, and FasterRCNN takes rpn and roi"),
    ("retinanet", "dense: {cls: softmax_ce}", "dense.cls softmax_ce reads scores by softmax"),
    ("ssd", "dense: {}", "dense.cls focal reads scores by sigmoid, and torchvision's SSD detects by softmax"),
    ("fcos", "dense: {cls: softmax_ce}", "FCOS detects by sigmoid"),
    ("faster_rcnn", "rpn: {}\nroi: {cls: ce}", "roi.cls ce reads scores by sigmoid"),
])
def test_what_a_detector_cannot_take_is_refused(kind, text, message):
    model = model_of(kind)
    with pytest.raises(ValueError, match=message):
        ds.attach(model, strategy(text))
    model(*batch(1))  # and still has its own losses
    with pytest.raises(TypeError, match="expected one of torchvision's RetinaNet"):
        ds.attach(nn.Linear(1, 1), strategy("dense: {}"))


def test_ohem_mines_by_a_pass_of_the_head_of_its_own():
    model, (images, targets) = model_of("faster_rcnn"), batch(2)
    model.roi_heads.box_head = nn.Sequential(nn.Flatten(), nn.Linear(32 * 25, 64), nn.BatchNorm1d(64), nn.Dropout(0.5), nn.Linear(64, 1024))
    norm = model.roi_heads.box_head[2]
    ds.attach(model, strategy(OHEM), seed=3)
    passes = []
    model.roi_heads.box_head.register_forward_pre_hook(lambda m, x: passes.append((len(x[0]), m[2].training, torch.is_grad_enabled())))
    losses, gradients = grads(model, images, targets)
    found = ds.balance(model)["roi"]
    assert found.used_positives + found.used_negatives == 32, "sixteen of each image"
    assert passes == [(found.positives + found.negatives, False, False), (32, True, True)]
    assert norm.training and norm.num_batches_tracked == 1, "the pass that mines leaves running means alone"
    assert losses["loss_classifier"] == pytest.approx(found.cls, rel=1e-6)
    assert all(torch.isfinite(g).all() for g in gradients)
    hardest = found.cls
    ds.attach(model, strategy("rpn: {}\nroi: {sampler: {type: random, num: 16}}"), seed=3)
    torch.manual_seed(7)
    grads(model, images, targets)
    assert ds.balance(model)["roi"].cls < hardest


def test_the_heads_own_coder_and_boxes_are_used_and_said():
    model = model_of("faster_rcnn")
    ds.attach(model, strategy("rpn: {}\nroi: {coder: {weights: [1, 1, 1, 1]}}"))
    assert {(w.trap, w.where) for w in ds.warnings(model)} >= {("head_coder", "roi.coder"), ("head_per_class", "roi.per_class")}
    assert ds.attachment(model).criteria["roi"].stage.coding[0] == (10, 10, 5, 5)
    ds.attach(model, strategy("rpn: {}\nroi: {per_class: true}"))
    assert not [w for w in ds.warnings(model) if w.trap.startswith("head_")]


def mask_rcnn():
    from torchvision.models.detection import MaskRCNN

    from detectors import RATIOS, SIZES, Trunk
    from torchvision.models.detection.anchor_utils import AnchorGenerator
    from torchvision.ops import MultiScaleRoIAlign

    torch.manual_seed(0)
    pool = [MultiScaleRoIAlign(["0", "1", "2"], size, 2) for size in (5, 8)]
    return MaskRCNN(
        Trunk(), 4, min_size=128, max_size=192, rpn_anchor_generator=AnchorGenerator(SIZES, RATIOS), box_roi_pool=pool[0],
        mask_roi_pool=pool[1], rpn_post_nms_top_n_train=100).train()


@pytest.mark.parametrize("text", [OHEM, "rpn: {}\nroi: {}"])
def test_a_head_that_was_replaced_after_attach_is_said(text):
    from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

    model, (images, targets) = model_of("faster_rcnn"), batch(2)
    ds.attach(model, strategy(text))
    model(images, targets)
    first = model.roi_heads.box_predictor
    model.roi_heads.box_predictor = FastRCNNPredictor(first.cls_score.in_features, 4)
    for _ in range(2):
        with pytest.raises(detsample.DetsampleError, match="box_predictor was replaced after attach.*attach again"):
            model(images, targets)
    model.eval()(images)  # detects all the same
    model.train()
    first(torch.zeros(1, first.cls_score.in_features))  # the replaced one is no more the head
    with pytest.raises(detsample.DetsampleError, match="box_predictor was replaced"):
        model(images, targets)
    ds.attach(model, strategy(text))
    losses, _ = grads(model, images, targets)
    assert losses["loss_box_reg"] == pytest.approx(ds.balance(model)["roi"].box, rel=1e-6)


def test_masks_and_keypoints_see_the_same_regions():
    model, (images, targets) = mask_rcnn(), batch(3)
    for image, target in zip(images, targets):
        target["masks"] = torch.ones(len(target["boxes"]), *image.shape[-2:], dtype=torch.uint8)
    ds.attach(model, strategy(OHEM))
    losses, _ = grads(model, images, targets)
    assert set(losses) == {"loss_classifier", "loss_box_reg", "loss_mask", "loss_objectness", "loss_rpn_box_reg"}
    assert all(np.isfinite(v) for v in losses.values()) and losses["loss_mask"] > 0


@pytest.mark.parametrize("crowds", [[0], [1], [0, 2], []])
def test_masks_are_those_of_the_matched_objects_beside_crowds(crowds, monkeypatch):
    """Each object has a class and a mask of its own: a crowd is neither matched,
    nor does it shift what is."""
    from torchvision.models.detection import roi_heads

    model, (images, _) = mask_rcnn(), batch(3)
    boxes = torch.tensor([[4.0, 4, 30, 30], [50, 10, 90, 44], [20, 60, 52, 96]])
    targets = []
    for k, image in enumerate(images):
        masks = torch.zeros(3, *image.shape[-2:], dtype=torch.uint8)
        for mask, (x, y, right, bottom) in zip(masks, boxes.int().tolist()):
            mask[y:bottom, x:right] = 1
        crowd = torch.zeros(3, dtype=torch.int64)
        crowd[crowds if k == 0 else []] = 1
        targets.append({"boxes": boxes.clone(), "labels": torch.tensor([1, 2, 3]), "masks": masks, "image_id": k, "iscrowd": crowd})
    if not crowds:
        del targets[0]["iscrowd"]
    seen, own = [], roi_heads.maskrcnn_loss

    def watched(logits, proposals, masks, labels, matched):
        seen.extend(zip(proposals, labels, matched))
        return own(logits, proposals, masks, labels, matched)

    monkeypatch.setattr(roi_heads, "maskrcnn_loss", watched)
    ds.attach(model, strategy("rpn: {}\nroi: {sampler: all}"))
    chosen = []
    select = model.roi_heads.select_training_samples
    monkeypatch.setattr(model.roi_heads, "select_training_samples", lambda *given: chosen.append((select(*given), given[1])) or chosen[-1][0])
    losses, _ = grads(model, images, targets)
    (_, matched, labels, _), scaled = chosen[0]
    for k, (proposals, own_labels, places) in enumerate(seen):
        assert torch.equal(own_labels, scaled[k]["labels"])
        free = set(range(3)) - set(crowds if k == 0 else [])
        assert set(places.tolist()) == free, "every object but the crowds is matched, its own box at least"
        positive = labels[k] > 0
        assert torch.equal(own_labels[places], labels[k][positive]), "the mask's class is that which the region is trained to"
        overlap = torchvision.ops.box_iou(proposals, scaled[k]["boxes"]).gather(1, places[:, None])
        assert float(overlap.min()) >= 0.5
    assert len(seen) == 2 and losses["loss_mask"] > 0


@pytest.mark.parametrize("kind", MAKERS)
def test_torch_evaluates_the_same_losses_on_the_device(kind):
    text = {**ONE_STAGE, "faster_rcnn": OHEM + "\n"}[kind]
    found = {}
    for where in ("host", "device"):
        model, (images, targets) = model_of(kind), batch(4)
        for name, weight in model.named_parameters():
            if "cls_logits" in name or "module_list" in name:
                weight.data *= 10  # so that no two candidates are as hard but for rounding
        made = ds.attach(model, strategy(text), where=where, seed=5)
        found[where] = grads(model, images, targets)
        balance = ds.balance(model)
        losses = found[where][0]
        of = {"rpn": ("loss_objectness", "loss_rpn_box_reg"), "roi": ("loss_classifier", "loss_box_reg"), "dense": ("classification", "bbox_regression")}
        for stage, b in balance.items():
            assert [b.cls, b.box] == pytest.approx([losses[name] for name in of[stage]], rel=1e-6)
            apart = where == "device" or kind != "fcos"  # what the library evaluates of FCOS it gives as one number
            assert b.loss_positives + b.loss_negatives == pytest.approx(b.cls, rel=1e-5) if apart else np.isnan([b.loss_positives, b.loss_negatives]).all()
            assert np.isnan([b.grad_positives, b.grad_negatives]).all() == (where == "device" or kind == "fcos")
        found[where + " balance"] = {k: (b.used_positives, b.used_negatives, round(b.loss_negatives, 3)) for k, b in balance.items()}
        found[where + " copied"] = made.copied
    for name, value in found["host"][0].items():
        assert found["device"][0][name] == pytest.approx(value, rel=1e-5), name
    largest = max(float(g.abs().max()) for g in found["host"][1])
    for a, b in zip(found["host"][1], found["device"][1]):
        assert float((a - b).abs().max()) <= 1e-5 * largest
    assert {k: v[:2] for k, v in found["host balance"].items()} == {k: v[:2] for k, v in found["device balance"].items()}


def test_losses_that_nobody_evaluated_are_not_known():
    criterion = ds.DenseCriterion(strategy("dense: {sampler: {type: hard_negative}, cls: ce}"), 3)
    anchors = torch.tensor([[0.0, 0, 20, 20], [10, 10, 30, 30], [50, 50, 70, 70]])
    target = {"boxes": torch.tensor([[2.0, 2, 20, 20]]), "labels": torch.tensor([1]), "image_id": 4}
    criterion(torch.zeros(1, 3, 3), torch.zeros(1, 3, 4), anchors, [target])
    assert not [k for k, v in criterion.balance.numbers().items() if np.isnan(v)]
    criterion.targets(torch.zeros(1, 3, 3), None, anchors, [target])
    flat = criterion.balance.numbers()
    assert {k for k, v in flat.items() if np.isnan(v)} == {
        "cls", "box", "loss_positives", "loss_negatives", "grad_positives", "grad_negatives"}
    assert flat["positives"] == flat["used_positives"] == 1 and flat["images"] == 1


def test_losses_that_torch_has_not_are_refused_on_the_device_by_name():
    with pytest.raises(ValueError, match="no form of cls ghm_c with box l1 here"):
        ds.attach(model_of("retinanet"), strategy("dense: {cls: ghm_c, box: l1}"), where="device")
    with pytest.raises(ValueError, match='where is "gpu"|where is \'gpu\''):
        ds.attach(model_of("retinanet"), strategy("dense: {}"), where="gpu")


@pytest.mark.parametrize("kind", MAKERS)
def test_every_target_needs_an_image_id(kind):
    model, (images, targets) = model_of(kind), batch(1)
    ds.attach(model, detsample.Strategy.preset(PRESETS[kind]))
    del targets[1]["image_id"]
    with pytest.raises(KeyError, match=r"targets\[1\] has no image_id"):
        model(images, targets)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_copy_and_a_saved_run_go_on_alike(kind):
    text = {**ONE_STAGE, "faster_rcnn": OHEM}[kind].replace("{sampler", "{norm: moving_average, sampler", 1)
    model = model_of(kind)
    ds.attach(model, strategy(text), seed=9)
    model(*batch(1))
    twin, stored = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
    state = ds.attachment(model).state_dict()
    want = grads(model, *batch(2))[0]
    for other in (twin, stored):
        assert ds.attachment(other).model is other
        ds.attachment(other).load_state_dict(state)
        torch.manual_seed(7)
        assert grads(other, *batch(2))[0] == pytest.approx(want)


def test_equal_keys_draw_equal_samples_and_others_do_not():
    def rows(seed=0, step=0, first=1):
        criterion = ds.DenseCriterion(strategy("rpn: {sampler: {type: random, num: 32}}\nroi: {}"), 1, stage="rpn", seed=seed)
        rng = np.random.default_rng(0)
        corner = torch.from_numpy(rng.uniform(0, 100, (500, 2)).astype(np.float32))
        target = {"boxes": torch.tensor([[10.0, 10, 40, 40]]), "labels": torch.tensor([1]), "image_id": torch.tensor([first])}
        anchors = torch.cat([corner, corner + 20], 1)
        return criterion.targets(torch.zeros(1, 500, 1), None, anchors, [target], step=step).rows.tolist()

    assert rows() == rows()
    assert len({tuple(rows(*k)) for k in ((0, 0, 1), (1, 0, 1), (0, 1, 1), (0, 0, 2))}) == 4


def rank_rows(rank, world, file, result):
    torch.distributed.init_process_group("gloo", init_method=f"file://{file}", rank=rank, world_size=world)
    model, (images, targets) = model_of("faster_rcnn"), batch(6)
    ds.attach(model, strategy("rpn: {sampler: {type: random, num: 32}}\nroi: {sampler: {type: random, num: 16}}"), seed=1)
    parallel = nn.parallel.DistributedDataParallel(model)
    drawn = []
    for _ in range(2):
        losses = parallel(images, targets)
        sum(losses.values()).backward()
        drawn.append([round(v.item(), 5) for v in losses.values()])
    assert set(ds.balance(parallel)) == {"rpn", "roi"}
    result.put((rank, drawn))
    torch.distributed.destroy_process_group()


def test_ranks_draw_apart_and_alike_again(tmp_path):
    context, runs = torch.multiprocessing.get_context("spawn"), []
    for run in range(2):
        queue = context.Queue()
        processes = [context.Process(target=rank_rows, args=(r, 2, tmp_path / str(run), queue)) for r in range(2)]
        [p.start() for p in processes]
        runs.append(dict(queue.get(timeout=120) for _ in processes))
        [p.join() for p in processes]
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[0][1]
    assert runs[0][0][0] != runs[0][0][1], "each step draws anew"


@pytest.mark.parametrize("kind", ["retinanet", "ssd"])
def test_a_detector_trains_under_autocast(kind):
    """The others do not on a CPU: suppression and, in PyTorch 1.13,
    GroupNorm have no bfloat16 there."""
    model, (images, targets) = model_of(kind), batch(1)
    made = ds.attach(model, detsample.Strategy.preset(PRESETS[kind]), seed=1)
    whole = grads(model, images, targets)[0]
    made.load_state_dict({s: {"steps": 0, "memory": [[], [], [], []]} for s in made.criteria})
    with torch.autocast("cpu", torch.bfloat16):
        half = model(images, targets)
    assert all(v.dtype == torch.float32 for v in half.values())
    sum(half.values()).backward()
    assert {k: v.item() for k, v in half.items()} == pytest.approx(whole, rel=0.1)
    assert made.copied > 0


@pytest.mark.parametrize("where", ["host", "device"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_goes_in_and_out(dtype, where):
    criterion = ds.DenseCriterion(strategy("dense: {}"), 3, where=where)
    anchors = torch.tensor([[0.0, 0, 20, 20], [10, 10, 30, 30], [50, 50, 70, 70]])
    target = {"boxes": torch.tensor([[2.0, 2, 20, 20]]), "labels": torch.tensor([1]), "image_id": 4}
    x = torch.randn(1, 3, 3).to(dtype).requires_grad_()
    d = torch.randn(1, 3, 4).to(dtype).requires_grad_()
    cls, box = criterion(x, d, anchors, [target])
    assert cls.dtype == box.dtype == torch.float32
    # A scaler of gradients, whose factor is in before anything is rounded: what float16 would lose is still there.
    ((cls + box) * 2.0**-14 * 2.0**16).backward()
    assert x.grad.dtype == d.grad.dtype == dtype
    a, b = x.detach().float().requires_grad_(), d.detach().float().requires_grad_()
    sum(criterion(a, b, anchors, [target], step=0)).backward()
    for half, full in ((x.grad, a.grad), (d.grad, b.grad)):
        assert torch.allclose(half.float() / 4, full, rtol=1e-2, atol=1e-6)


def test_the_second_stage_takes_half_precision_too():
    criterion = ds.ROICriterion(strategy(OHEM), 3, per_class=True, label_offset=1, background_first=True)
    box = torch.tensor([[0.0, 0, 20, 20], [10, 10, 30, 30], [50, 50, 70, 70]]).half()
    target = {"boxes": torch.tensor([[2.0, 2, 20, 20]]), "labels": torch.tensor([1]), "image_id": 4}
    candidates = criterion.join([box], [target])
    assert candidates[0].dtype == torch.float16 and len(candidates[0]) == 4
    x, d = torch.randn(4, 4).half().requires_grad_(), torch.randn(4, 16).half().requires_grad_()
    criterion.sample(x, d)
    sum(criterion(x, d)).backward()
    assert x.grad.dtype == torch.float16 and (x.grad != 0).any() and (d.grad[:, :4] == 0).all() and (d.grad != 0).any()


def test_gradients_outlive_the_next_step():
    """Memory is used again only when no tensor holds it."""
    criterion = ds.DenseCriterion(strategy("dense: {}"), 3)
    anchors = torch.tensor([[0.0, 0, 20, 20], [10, 10, 30, 30], [50, 50, 70, 70]])
    target = {"boxes": torch.tensor([[2.0, 2, 20, 20]]), "labels": torch.tensor([1]), "image_id": 4}
    kept = []
    for i in range(8):
        x, d = torch.full((1, 3, 3), i / 4.0, requires_grad=True), torch.full((1, 3, 4), i / 4.0, requires_grad=True)
        cls, box = criterion(x, d, anchors, [target])
        (cls + box).backward(retain_graph=i % 2 == 0)
        kept.append((x, x.grad, x.grad.clone(), d.grad, d.grad.clone(), cls))
    for x, grad, copy_, grad_d, copy_d, _ in kept:
        assert torch.equal(grad, copy_) and torch.equal(grad_d, copy_d)
    assert len({float(k[2].sum()) for k in kept}) == 8
    assert len(criterion._host._pool) <= 4
    del kept, x, d, cls, box, grad, copy_, grad_d, copy_d
    pool = {id(m) for m, _ in criterion._host._pool}
    for _ in range(5):
        x, d = torch.zeros(1, 3, 3, requires_grad=True), torch.zeros(1, 3, 4, requires_grad=True)
        sum(criterion(x, d, anchors, [target])).backward()
        del x, d
    assert {id(m) for m, _ in criterion._host._pool} == pool


def test_losses_of_both_heads_are_weighed_alike():
    criterion = ds.DenseCriterion(strategy("dense: {sampler: all, cls: ce, carl: {}}"), 3)
    anchors = torch.tensor([[0.0, 0, 20, 20], [10, 10, 30, 30], [50, 50, 70, 70]])
    target = {"boxes": torch.tensor([[2.0, 2, 20, 20]]), "labels": torch.tensor([1]), "image_id": 4}
    x, d = torch.randn(1, 3, 3, requires_grad=True), torch.randn(1, 3, 4, requires_grad=True)
    cls, box = criterion(x, d, anchors, [target])
    with pytest.raises(RuntimeError, match="weighted alike"):
        (cls + 2 * box).backward(retain_graph=True)
    (cls + box).backward()


@pytest.mark.parametrize("text", ["dense: {sampler: {type: hard_negative}, cls: ce}", "dense: {assigner: atss, cls: ghm_c}"])
def test_crowds_are_regions_without_negatives(text):
    criterion = ds.DenseCriterion(strategy(text), 3)
    corner = torch.from_numpy(np.stack(np.meshgrid(np.arange(20), np.arange(10)), -1).reshape(-1, 2).astype(np.float32) * 10)
    anchors = torch.cat([corner, corner + 20], 1)
    boxes = torch.tensor([[2.0, 2, 20, 20], [50, 50, 120, 120]])
    target = {"boxes": boxes, "labels": torch.tensor([1, 2]), "image_id": 4, "iscrowd": torch.tensor([0, 1])}
    images = criterion.images([target])
    assert len(images.boxes) == 1 and len(images.ignore) == 1
    gt, _ = criterion.stage.assign(anchors.numpy(), images, grid=[[10, 20, 10, 1]])
    inside = ((anchors[:, 0] > 50) & (anchors[:, 1] > 50) & (anchors[:, 2] < 120) & (anchors[:, 3] < 120)).numpy()
    assert inside.sum() > 5 and (gt[0][inside] == -2).all()


def test_warnings_say_what_the_training_lacked():
    model = model_of("retinanet")
    ds.attach(model, strategy("dense: {assigner: {type: max_iou, pos_iou: 0.95, neg_iou: 0.4, forced: none}}"))
    for seed in range(3):
        model(*batch(seed))
    assert ("unmatched_truth", "dense.assigner") in {(w.trap, w.where) for w in ds.warnings(model)}
    flat = ds.balance(model)["dense"].numbers()
    assert flat["unmatched"] > 0 and all(isinstance(v, (int, float)) for v in flat.values())


class Data(torch.utils.data.Dataset):
    def __len__(self):
        return 6

    def __getitem__(self, i):
        images, targets = batch(50 + i, images=1)
        return images[0], targets[0]


@pytest.mark.parametrize("kind", MAKERS)
def test_workers_of_a_loader_assign_as_the_loop_does(kind):
    text = {**ONE_STAGE, "faster_rcnn": OHEM}[kind]
    losses = {}
    for place in ("loop", "workers"):
        model = model_of(kind)
        made = ds.attach(model, strategy(text), seed=2)
        model(*batch(1))  # the library is loaded before the workers are forked
        made.load_state_dict({s: {**c.state_dict(), "steps": 0} for s, c in made.criteria.items()})
        collate = ds.collate(model) if place == "workers" else (lambda b: tuple(map(list, zip(*b))))
        loader = torch.utils.data.DataLoader(Data(), batch_size=2, num_workers=2 if place == "workers" else 0, collate_fn=collate)
        losses[place] = []
        for images, targets in loader:
            assert ("detsample_gt" in targets[0]) == (place == "workers")
            torch.manual_seed(7)
            losses[place].append({k: v.item() for k, v in model(images, targets).items()})
    assert len(losses["loop"]) == 3
    assert losses["loop"] == losses["workers"]
    for target in targets:
        target["detsample_gt"][:] = -1
    model(images, targets)
    assert next(iter(ds.balance(model).values())).positives == 0, "what the workers assigned is what counts"


class Elsewhere(torch.Tensor):
    """A tensor of a GPU, which a forked process may not touch."""

    forked = False

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), options=None):
        if cls.forked:
            raise RuntimeError("Cannot re-initialize CUDA in forked subprocess")
        with torch._C.DisableTorchFunction():
            found = function(*arguments, **(options or {}))
            return found.as_subclass(torch.Tensor) if function is torch.Tensor.cpu else found


@pytest.mark.parametrize("kind", MAKERS)
def test_a_loaders_workers_need_nothing_that_lies_on_a_gpu(kind, monkeypatch):
    model, (images, targets) = model_of(kind), batch(1)
    made = ds.attach(model, strategy({**ONE_STAGE, "faster_rcnn": OHEM}[kind]))
    want = ds.collate(model)(list(zip(images, targets)))[1]
    generator = getattr(model, "rpn", model).anchor_generator
    name = "_wh_pairs" if kind == "ssd" else "cell_anchors"
    there = [a.as_subclass(Elsewhere) for a in getattr(generator, name)]
    setattr(generator, name, there)
    calls = []
    handle = generator.register_forward_hook(lambda *_: calls.append(0))
    collate = ds.collate(model)
    monkeypatch.setattr(Elsewhere, "forked", True)
    got = collate(list(zip(images, targets)))[1]
    monkeypatch.undo()
    assert all(torch.equal(a["detsample_gt"], b["detsample_gt"]) for a, b in zip(want, got))
    kept = getattr(generator, name)
    assert len(kept) == len(there) and all(a is b for a, b in zip(kept, there)), "the model's own generator is as it was"
    assert len(generator._forward_hooks) == 2 and not calls and made.grid.levels is None, "and its hooks see nothing of the loader"
    handle.remove()


class Wide(Trunk):
    """A trunk whose last layer takes no image below 288 pixels."""

    def __init__(self):
        super().__init__()
        self.last = nn.Conv2d(32, 32, 9)
        self.out_channels = [32] * 4

    def forward(self, x):
        maps = super().forward(x)
        return {**maps, "3": self.last(maps["2"])}


def test_a_loader_takes_the_one_size_of_an_ssd_as_it_is():
    losses, (images, targets) = [], batch(1)
    for loader in (False, True):
        torch.manual_seed(0)
        generator = DefaultBoxGenerator([[2], [2, 3], [2], [2]], scales=[0.1, 0.2, 0.4, 0.6, 0.8])
        model = SSD(Wide(), generator, (352, 304), 4).train()
        model.backbone.first.eval()
        ds.attach(model, strategy(ONE_STAGE["ssd"]))
        given = ds.collate(model)(list(zip(images, targets))) if loader else (images, targets)
        assert not model.backbone.first.training and model.backbone.last.training, "a part that is frozen stays so"
        losses.append(grads(model, *given)[0])
        assert ("detsample_gt" in given[1][0]) == loader
        assert ds.balance(model)["dense"].positives > 0
    assert losses[0] == losses[1]
    if loader:
        for target in given[1]:
            target["detsample_gt"][:] = -1
        model(*given)
        assert ds.balance(model)["dense"].positives == 0, "as many anchors as the model has: the loader's labels count"
    trunk = Wide()
    trunk.out_channels = 32
    anchors = AnchorGenerator(((16,), (32,), (64,), (96,)), ((1.0,),) * 4)
    model = torchvision.models.detection.RetinaNet(trunk, 4, min_size=320, max_size=400, anchor_generator=anchors)
    ds.attach(model, strategy("dense: {}"))
    with pytest.raises(ValueError, match=r"takes no images of \(256, 288\) pixels .*assign in the loop"):
        ds.collate(model)


def test_a_loader_says_what_it_cannot_assign():
    model = model_of("retinanet")
    ds.attach(model, strategy("dense: {assigner: task_aligned}"))
    with pytest.raises(ValueError, match="assigner task_aligned looks at the head's predictions"):
        ds.collate(model)
    ds.attach(model, strategy("dense: {}"))
    model.transform.min_size = (128, 160)
    with pytest.raises(ValueError, match="draws one of min_size"):
        ds.collate(model)


@pytest.mark.parametrize("kind", ["retinanet", "fcos", "faster_rcnn"])
def test_padding_counts_as_in_torchvision_or_is_ignored(kind):
    """Two images of one batch, of which one is higher and the other wider."""
    text = {**ONE_STAGE, "faster_rcnn": OHEM}[kind]
    pictures, targets = batch(3)
    pictures = [torch.rand(3, 128, 192), torch.rand(3, 192, 128)]
    stage = "rpn" if kind == "faster_rcnn" else "dense"
    seen = {}
    for padding in (True, False):
        model = model_of(kind)
        ds.attach(model, strategy(text), seed=2, padding=padding)
        model(pictures, targets)
        b = ds.balance(model)[stage]
        seen[padding] = b.positives, b.negatives
        if padding:
            continue
        _, ready = ds.collate(model)(list(zip(pictures, targets)))
        ignored = [int((t["detsample_gt"] == -2).sum()) for t in ready]
        assert min(ignored) >= 0.3 * len(ready[0]["detsample_gt"]), "a third of a batch of 192 x 192 is padding"
        model(pictures, ready)
        again = ds.balance(model)[stage]
        assert (again.positives, again.negatives) == seen[False], "a loader's workers ignore the same"
    assert seen[True][1] * 0.6 < seen[False][1] < seen[True][1] * 0.75
    model = model_of(kind)
    ds.attach(model, strategy(text), seed=2)
    model(pictures, targets)
    b = ds.balance(model)[stage]
    assert (b.positives, b.negatives) == seen[True], "padding counts unless told otherwise"


def test_a_region_proposal_network_knows_one_class_in_the_loader_too():
    """Labels beyond a network of one class, in a loop and in a loader."""
    model = model_of("faster_rcnn")
    ds.attach(model, strategy(OHEM))
    pictures, targets = batch(1)
    for t in targets:
        t["labels"] = torch.full_like(t["labels"], 3)
    _, ready = ds.collate(model)(list(zip(pictures, targets)))
    assert all(int((t["detsample_gt"] >= 0).sum()) > 0 for t in ready)
    for t in targets:
        del t["labels"]
    _, unlabelled = ds.collate(model)(list(zip(pictures, targets)))
    assert all(torch.equal(a["detsample_gt"], b["detsample_gt"]) for a, b in zip(ready, unlabelled)), "classes are not looked at"


def test_focal_losses_on_the_device_are_those_by_hand():
    """Row by row, by the formulas of their papers: (1 - p_t)^gamma of what is
    neither sure nor unsure, with alpha and without."""
    from detsample.torch import _device

    logits = torch.tensor([[-2.0, 0.5], [1.5, -0.25], [0.0, 3.0]], dtype=torch.float64)
    row_class = torch.tensor([1, 0, -1])
    for gamma in (0.5, 1.0, 2.0, 3.5):
        for alpha in (0.25, -1.0):
            found = _device.cls_rows({"type": "focal", "alpha": alpha, "gamma": gamma})(logits, row_class)
            for row, (x, k) in enumerate(zip(logits.tolist(), row_class.tolist())):
                want = 0.0
                for column, v in enumerate(x):
                    p = 1 / (1 + np.exp(-v))
                    sure, share = (p, alpha) if column == k else (1 - p, 1 - alpha)
                    want += (share if alpha >= 0 else 1) * (1 - sure) ** gamma * -np.log(sure)
                assert float(found[row]) == pytest.approx(want, rel=1e-9)
        found = _device.cls_rows({"type": "softmax_focal", "alpha": 0.25, "background_alpha": 0.75, "gamma": gamma})(logits, torch.tensor([0, -1, 0]))
        for row, column in enumerate((0, 1, 0)):
            p = float(torch.softmax(logits[row], 0)[column])
            assert float(found[row]) == pytest.approx((0.25, 0.75)[column] * (1 - p) ** gamma * -np.log(p), rel=1e-9)


@pytest.mark.parametrize("kind, stage", [("retinanet", None), ("faster_rcnn", "rpn"), ("faster_rcnn", None)])
def test_a_dumps_labels_are_the_ground_truths_classes(kind, stage, tmp_path):
    """In torchvision's numbers at the second stage, from 1; in detsample's
    elsewhere, from 0, and of objectness 0 alone."""
    model, loader = model_of(kind), [batch(1)]
    for t in loader[0][1]:
        t["labels"][:] = 3
    data = np.load(ds.dump(model, loader, tmp_path / "state.npz", stage=stage, images=2))
    positive = {("retinanet", None): 3, ("faster_rcnn", "rpn"): 0, ("faster_rcnn", None): 3}[kind, stage]
    background, ignored = (0, -1) if kind == "faster_rcnn" and stage is None else (-1, -2)
    assert set(np.unique(data["labels"])) <= {positive, background, ignored}
    assert (data["labels"] == positive).any() and (data["labels"] == background).any()
    assert (data["gt_classes"] == positive).all() and len(data["gt_classes"]) == sum(len(t["boxes"]) for t in loader[0][1])


@pytest.mark.parametrize("stage, expected", [("roi", [[3, -1], [0, 2]]), ("rpn", [[2, -2], [-1, 1]])])
def test_a_dump_fills_images_of_fewer_candidates_up_with_ignored_ones(stage, expected, tmp_path):
    module = importlib.import_module("detsample.torch.dump")
    record = module._Recorder()
    for labels in ([2], [-1, 1]):
        n = len(labels)
        record.logits.append(np.zeros((n, 4), np.float32))
        record.deltas.append(np.zeros((n, 4), np.float32))
        record.boxes.append(np.ones((n, 4), np.float32))
        record.labels.append(np.array(labels, np.int32))
        record.truth.append(np.ones((1, 4), np.float32))
        record.classes.append(np.array([1], np.int32))
        record.ignore.append(np.zeros((0, 4), np.float32))
        record.ids.append(n)
    data = np.load(module._write(tmp_path / "state.npz", stage, record))
    assert data["labels"].tolist() == expected


@pytest.mark.parametrize("kind, stage", [("retinanet", None), ("faster_rcnn", "rpn"), ("faster_rcnn", None)])
def test_a_dump_holds_the_state(kind, stage, tmp_path):
    model = model_of(kind)
    if kind == "retinanet":
        ds.attach(model, strategy(ONE_STAGE[kind]))
    loader = [batch(1), batch(2), batch(3)]
    path = ds.dump(model, loader, tmp_path / "state.npz", stage=stage, images=5)
    assert model.training and model.backbone.training
    data = np.load(path)
    n, m = data["labels"].shape
    assert n == 5 and data["logits"].shape[:2] == (5, m) and data["boxes"].shape == (5, m, 4)
    assert str(data["link"]) == ("softmax" if kind == "faster_rcnn" and stage is None else "sigmoid")
    assert data["logits"].shape[2] == {None: 4, "rpn": 1}[stage]
    assert (data["labels"] >= (1 if kind == "faster_rcnn" and stage is None else 0)).sum() > 0
    assert data["image_ids"].tolist() == [1000, 1001, 2000, 2001, 3000]
    with pytest.raises(TypeError, match="expected torchvision's RetinaNet or FasterRCNN"):
        ds.dump(model_of("ssd"), loader, tmp_path / "no.npz")
    with pytest.raises(ValueError, match="stage is 'head'"):
        ds.dump(model, loader, tmp_path / "no.npz", stage="head")


@pytest.mark.parametrize("kind, stage", [("retinanet", None), ("faster_rcnn", "rpn"), ("faster_rcnn", None)])
def test_a_dumps_deltas_are_the_heads_output_and_its_coder_says_so(kind, stage, tmp_path):
    model, found = model_of(kind), []
    inner, head = {
        ("retinanet", None): lambda: (model, model.head), ("faster_rcnn", "rpn"): lambda: (model.rpn, model.rpn.head),
        ("faster_rcnn", None): lambda: (model.roi_heads, model.roi_heads.box_predictor)}[kind, stage]()
    inner.box_coder.weights = (4.0, 3.0, 2.0, 1.0)
    head.register_forward_hook(lambda module, given, output: found.append(output))
    data = np.load(ds.dump(model, [batch(1)], tmp_path / "state.npz", stage=stage, images=1))
    assert data["coder"].tolist() == [4, 3, 2, 1]
    if kind == "retinanet":
        want = found[-1]["bbox_regression"].reshape(-1, 4)
    elif stage == "rpn":
        want = torch.cat([d.permute(0, 2, 3, 1).reshape(-1, 4) for d in found[-1][1]])
    else:
        logits, deltas = found[-1]
        want = torch.stack([deltas.reshape(len(deltas), -1, 4)[i, 1 + logits[i, 1:].argmax()] for i in range(len(deltas))])
    assert np.array_equal(data["deltas"][0], want.detach().numpy())


@pytest.mark.parametrize("name, written", [("state", "state.npz"), ("epoch.3", "epoch.3.npz"), ("state.npz", "state.npz")])
def test_a_dump_says_where_it_lies(name, written, tmp_path):
    path = ds.dump(model_of("retinanet"), [batch(1)], str(tmp_path / name), images=1)
    assert path == tmp_path / written and path.exists() and len(list(tmp_path.iterdir())) == 1


def test_ground_truth_beyond_the_heads_classes_is_named():
    model, (images, targets) = model_of("retinanet"), batch(1)
    ds.attach(model, strategy("dense: {}"))
    targets[1]["labels"][0] = 9
    with pytest.raises(detsample.DetsampleError, match=r"targets\[1\] labels\[0\] is 9, of image_id 1001: expected 0 to 3, the head's classes"):
        model(images, targets)


def test_threads_do_not_change_a_bit():
    found = set()
    for threads in (1, 2, 3):
        model, (images, targets) = model_of("retinanet"), batch(1)
        ds.attach(model, strategy(ONE_STAGE["retinanet"]), threads=threads)
        losses, gradients = grads(model, images, targets)
        found.add((tuple(losses.values()), sum(float(g.double().sum()) for g in gradients)))
    assert len(found) == 1

