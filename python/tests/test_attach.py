"""attach and detach: copies, refusals, and parts that are replaced in between."""

import copy
import io

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

import detsample  # noqa: E402
import detsample.torch as ds  # noqa: E402
from detectors import MAKERS, PRESETS, batch, model_of  # noqa: E402
from torch.optim.swa_utils import AveragedModel  # noqa: E402
from torchvision.models.detection.anchor_utils import AnchorGenerator  # noqa: E402


def strategy(text):
    return detsample.Strategy(text, file="test.yaml")


def losses(model, seed=1):
    torch.manual_seed(7)
    return {k: v.item() for k, v in model(*batch(seed)).items()}


def stored(model):
    buffer = io.BytesIO()
    torch.save(model, buffer)
    buffer.seek(0)
    return torch.load(buffer, weights_only=False)


@pytest.mark.parametrize("copied", [copy.deepcopy, stored, AveragedModel])
@pytest.mark.parametrize("kind", MAKERS)
def test_a_copy_is_detached_alone(kind, copied):
    model = model_of(kind)
    own = losses(model)
    ds.attach(model, detsample.Strategy.preset(PRESETS[kind]))
    model(*batch(1))
    twin = copied(model)
    ds.detach(twin)
    assert losses(twin) == own
    inner = getattr(twin, "module", twin)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in inner.modules()), "no hook is left"
    with pytest.raises(ValueError, match="no strategy is attached"):
        ds.balance(twin)
    model(*batch(1))
    assert ds.attachment(model).criteria and next(iter(ds.balance(model).values())).positives > 0, "the first has its strategy still"
    ds.detach(model)
    assert losses(model) == own


@pytest.mark.parametrize("kind, text, options", [
    ("retinanet", "dense: {cls: softmax_ce}", {}),
    ("retinanet", "dense: {cls: ghm_c, box: l1}", {"where": "device"}),
    ("retinanet", "rpn: {}\nroi: {}", {}),
    ("ssd", "dense: {}", {}),
    ("fcos", "dense: {cls: softmax_ce}", {}),
    ("fcos", "dense: {sampler: all, cls: ce, carl: {}}", {}),
    ("faster_rcnn", "rpn: {}\nroi: {cls: ce}", {}),
    ("faster_rcnn", "rpn: {}\nroi: {}", {"where": "gpu"}),
    ("faster_rcnn", "rpn: {}\nroi: {}", {"threads": -1}),
])
def test_a_refused_strategy_leaves_the_attached_one(kind, text, options):
    model = model_of(kind)
    first = ds.attach(model, detsample.Strategy.preset(PRESETS[kind]), seed=1)
    want, state = losses(model), first.state_dict()
    with pytest.raises(ValueError):
        ds.attach(model, strategy(text), **options)
    assert ds.attachment(model) is first and first.state_dict() == state
    first.load_state_dict({s: {**c, "steps": 0} for s, c in state.items()})
    assert losses(model) == want


def test_strategies_after_one_another_leave_nothing_behind():
    for kind in MAKERS:
        model = model_of(kind)
        own, before = losses(model), {name: dict(vars(m)) for name, m in model.named_modules()}
        for _ in range(3):
            ds.attach(model, detsample.Strategy.preset(PRESETS[kind]))
        assert max(len(m._forward_hooks) for m in model.modules()) == 1
        ds.detach(model)
        assert {name: set(vars(m)) for name, m in model.named_modules()} == {name: set(v) for name, v in before.items()}
        assert losses(model) == own
        if kind == "faster_rcnn":
            assert model.rpn.box_coder is before["rpn"]["box_coder"]


TEXTS = {"retinanet": "dense: {%s}", "fcos": "dense: {%s}", "faster_rcnn": "rpn: {%s}\nroi: {}"}


@pytest.mark.parametrize("kind", TEXTS)
def test_an_anchor_generator_that_was_replaced_after_attach_is_said(kind):
    model = model_of(kind)
    part = getattr(model, "rpn", model)
    first = part.anchor_generator

    def counted():
        model(*batch(3))
        b = next(iter(ds.balance(model).values()))
        return b.positives, b.negatives

    def replaced():
        part.anchor_generator = AnchorGenerator(first.sizes, first.aspect_ratios)

    ds.attach(model, strategy(TEXTS[kind] % ""))
    whole = counted()
    ds.attach(model, strategy(TEXTS[kind] % ""), padding=False)
    alone = counted()
    assert alone[1] < whole[1]
    replaced()
    for _ in range(2):
        with pytest.raises(detsample.DetsampleError, match="anchor_generator was replaced after attach.*attach again"):
            counted()
    with torch.no_grad():
        model.eval()(batch(3)[0])
    model.train()
    ds.attach(model, strategy(TEXTS[kind] % ""), padding=False)
    assert counted() == alone
    ds.attach(model, strategy(TEXTS[kind] % ""))
    replaced()
    assert counted() == whole, "nobody asks how anchors are laid out where padding counts"
    ds.attach(model, strategy(TEXTS[kind] % "assigner: atss"))
    replaced()
    with pytest.raises(detsample.DetsampleError, match="anchor_generator was replaced"):
        counted()


FORGETFUL, AVERAGED = "dense: {cls: focal}", "dense: {norm: moving_average}"


@pytest.mark.parametrize("saved, loading, problem", [
    (FORGETFUL, AVERAGED, "dense: the state is of no memory, and strategy test has a memory of norm moving_average: expected"),
    (AVERAGED, FORGETFUL, "dense: the state is of a memory of norm moving_average, and strategy test has no memory"),
    ("dense: {cls: {type: ghm_c, momentum: 0.5}}", AVERAGED, "a memory of cls ghm_c, and strategy test has a memory of norm moving_average"),
])
def test_a_state_of_another_memory_is_refused(saved, loading, problem):
    model, other = model_of("retinanet"), model_of("retinanet")
    first, second = ds.attach(model, strategy(saved)), ds.attach(other, strategy(loading))
    fresh = first.state_dict()
    model(*batch(1))
    other(*batch(1))
    before = second.state_dict()
    for state in (first.state_dict(), fresh):
        with pytest.raises(detsample.DetsampleError, match=problem):
            second.load_state_dict(state)
    assert second.state_dict() == before, "nothing of it is taken"
    older = {"dense": {key: before["dense"][key] for key in ("steps", "memory")}}
    second.load_state_dict(older)
    assert second.state_dict() == before


@pytest.mark.parametrize("change, problem", [
    (lambda s: {"dense": s["rpn"]}, "the state has dense: expected rpn and roi, the stages of the attached strategy test"),
    (lambda s: {"rpn": s["rpn"]}, "the state has rpn: expected rpn and roi"),
    (lambda s: {**s, "dense": s["rpn"]}, "the state has rpn and roi and dense: expected rpn and roi"),
    (lambda s: {}, "the state has nothing: expected rpn and roi"),
    (lambda s: [s], "the state is a list: expected rpn and roi"),
    (lambda s: {**s, "roi": {"memory": s["roi"]["memory"]}}, "roi: the state has memory: expected steps and memory"),
    (lambda s: {**s, "roi": {"steps": 3}}, "roi: the state has steps: expected steps and memory"),
    (lambda s: {**s, "roi": 3}, "roi: the state is a int"),
    (lambda s: {**s, "roi": {"steps": 3, "memory": [[1.0], [], [], []]}},
     r"roi: lengths\[0\] is 1, and the classification loss of the strategy remembers nothing: expected 0"),
    (lambda s: {**s, "roi": {"steps": 3, "memory": [[], [], [1.0, 2.0], []]}}, r"roi: lengths\[2\] is 2: expected 0 or 1, what the normaliser"),
    (lambda s: {**s, "roi": {"steps": 3, "memory": [[], []]}}, "roi: a memory has 2 lists"),
])
def test_a_state_of_another_run_is_refused_by_name(change, problem):
    model = model_of("faster_rcnn")
    made = ds.attach(model, strategy("rpn: {norm: moving_average}\nroi: {norm: moving_average}"))
    model(*batch(1))
    state = made.state_dict()
    model(*batch(2))
    later = made.state_dict()
    with pytest.raises(detsample.DetsampleError, match=problem):
        made.load_state_dict(change(state))
    assert made.state_dict() == later != state, "nothing of it is taken"
    made.load_state_dict(state)
    assert made.state_dict() == state
