"""Attached to a detector on a GPU, strategies give the losses and gradients that
they give on the CPU. Skipped where there is no GPU."""

import copy

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

import detsample  # noqa: E402
import detsample.torch as ds  # noqa: E402
from detectors import MAKERS, PRESETS, batch, model_of  # noqa: E402

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU is here")

DENSE = {
    "ce": "dense: {cls: ce}",
    "focal": "dense: {cls: focal}",
    "3:1": "dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}",
    "ohem": "dense: {sampler: {type: ohem, num: 16}, cls: ce}",
    "ghm": "dense: {cls: ghm_c}",
}
REGIONS = {
    "random": "rpn: {sampler: {type: random, num: 32}}\nroi: {sampler: {type: random, num: 16, positive_fraction: 0.25}}",
    "all + focal": "rpn: {sampler: all, cls: focal, norm: positives}\nroi: {sampler: {type: random, num: 16, positive_fraction: 0.25}}",
    "ohem": "rpn: {sampler: {type: random, num: 32}}\nroi: {sampler: {type: ohem, num: 8}}",
}


@pytest.fixture(autouse=True)
def without_tf32():
    kept = torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    yield
    torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = kept


def on(device, pictures, targets):
    return [p.to(device) for p in pictures], [{k: v.to(device) for k, v in t.items()} for t in targets]


def step(model, pictures, targets):
    model.zero_grad()
    losses = model(pictures, targets)
    sum(losses.values()).backward()
    return {k: v.item() for k, v in losses.items()}, {k: p.grad.cpu() for k, p in model.named_parameters() if p.grad is not None}


def both(kind, strategy, where, seed=3):
    """A step on the CPU and one of the same weights, images and draws on the GPU.
    The last digit decides which of two anchors is mined whose scores are nearly
    the same, so scores are spread, and anchors in the padding are left out."""
    cpu = model_of(kind, seed)
    if kind == "retinanet":
        for layer in cpu.head.classification_head.conv.modules():
            if isinstance(layer, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(layer.weight)
    gpu = copy.deepcopy(cpu).cuda()
    ds.attach(cpu, strategy, seed=seed, padding=False)
    ds.attach(gpu, strategy, seed=seed, where=where, padding=False)
    pictures, targets = batch(seed, images=3, empty=True)
    return step(cpu, pictures, targets), step(gpu, *on("cuda", pictures, targets))


def agree(want, got):
    """As far as float32 allows where convolutions add in another order: what is
    left of a gradient after cancelling has the error of what cancelled."""
    assert set(want[0]) == set(got[0])
    for name, loss in want[0].items():
        assert got[0][name] == pytest.approx(loss, rel=1e-4, abs=1e-6), name
    largest = max(float(g.abs().max()) for g in want[1].values())
    for name, gradient in want[1].items():
        apart = float((gradient - got[1][name]).abs().max())
        assert apart <= 1e-4 * float(gradient.abs().max()) + 4e-6 * largest, f"{name}: {apart}, largest of all {largest}"


@pytest.mark.parametrize("where", ["auto", "host", "device"])
@pytest.mark.parametrize("name", DENSE)
def test_a_dense_head_on_a_gpu(name, where):
    if (name, where) == ("ghm", "device"):
        pytest.skip("torch has no form of ghm_c here")
    agree(*both("retinanet", detsample.Strategy(DENSE[name]), where))


@pytest.mark.parametrize("kind", ["ssd", "fcos"])
def test_presets_on_a_gpu(kind):
    agree(*both(kind, detsample.Strategy.preset(PRESETS[kind]), "auto"))


@pytest.mark.parametrize("where", ["auto", "host"])
@pytest.mark.parametrize("name", REGIONS)
def test_two_stages_on_a_gpu(name, where):
    """Each proposal is the same on both sides but for the last digits, in which
    the order of equals may turn: only its losses are held, and roughly."""
    want, got = both("faster_rcnn", detsample.Strategy(REGIONS[name]), where)
    for loss in ("loss_objectness", "loss_rpn_box_reg"):
        assert got[0][loss] == pytest.approx(want[0][loss], rel=1e-4), loss
    for loss in ("loss_classifier", "loss_box_reg"):
        assert got[0][loss] == pytest.approx(want[0][loss], rel=0.05, abs=0.01), loss


@pytest.mark.parametrize("kind", ["retinanet", "ssd", "fcos"])
def test_losses_on_a_gpu_are_torchvisions(kind):
    own = model_of(kind, 1).cuda()
    ours = copy.deepcopy(own)
    ds.attach(ours, detsample.Strategy.preset(PRESETS[kind]), seed=1)
    pictures, targets = on("cuda", *batch(1, images=3))
    want, got = step(own, pictures, targets), step(ours, pictures, targets)
    for name in want[0]:
        assert got[0][name] == pytest.approx(want[0][name], rel=1e-5, abs=1e-7), name


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_mixed_precision_on_a_gpu(kind, dtype):
    model = model_of(kind, 2).cuda()
    ds.attach(model, detsample.Strategy.preset(PRESETS[kind]), seed=2)
    pictures, targets = on("cuda", *batch(2))
    with torch.autocast("cuda", dtype):
        losses = model(pictures, targets)
    assert all(v.dtype == torch.float32 and torch.isfinite(v) for v in losses.values())
    sum(losses.values()).backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_labels_from_a_loaders_workers_on_a_gpu():
    pictures, targets = batch(4, images=2)
    found = []
    for assigned in (False, True):
        model = model_of("retinanet", 4).cuda()
        ds.attach(model, detsample.Strategy(DENSE["focal"]), seed=4)
        given = ds.collate(model)(list(zip(pictures, targets))) if assigned else (pictures, targets)
        found.append(step(model, [p.cuda() for p in given[0]], [{k: v.cuda() if k in ("boxes", "labels") else v for k, v in t.items()} for t in given[1]]))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-6)
    everything = [p.cuda() for p in given[0]], [{k: v.cuda() for k, v in t.items()} for t in given[1]]
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        with torch.autocast("cuda", dtype, enabled=dtype != torch.float32):
            model(*everything)
        assert not [w for w in ds.warnings(model) if w.trap == "stale_labels"], "a GPU's rounding makes no other labels"
