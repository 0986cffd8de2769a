"""A call without gradients leaves the training as it is."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

import detsample  # noqa: E402
import detsample.torch as ds  # noqa: E402
from detectors import MAKERS, batch, model_of  # noqa: E402

REMEMBERS = "sampler: {type: random, num: 64}, norm: moving_average"
TEXTS = {
    "retinanet": f"dense: {{{REMEMBERS}, cls: ce}}", "ssd": f"dense: {{{REMEMBERS}, cls: softmax_ce}}",
    "fcos": f"dense: {{{REMEMBERS}, cls: {{type: ghm_c, momentum: 0.7}}}}",
    "faster_rcnn": f"rpn: {{{REMEMBERS}}}\nroi: {{{REMEMBERS.replace('random', 'ohem')}}}",
}


def strategy(text):
    return detsample.Strategy(text, file="test.yaml")


def losses(model, seed):
    return {k: v.item() for k, v in model(*batch(seed)).items()}


def validated(model):
    with torch.no_grad():
        return losses(model, 9)


@pytest.mark.parametrize("where", ["host", "device"])
@pytest.mark.parametrize("kind", MAKERS)
def test_a_validation_loss_changes_no_training(kind, where):
    if kind == "fcos" and where == "device":
        pytest.skip("torch has no form of ghm_c")
    runs = []
    for validates in (False, True):
        model = model_of(kind)
        made = ds.attach(model, strategy(TEXTS[kind]), seed=4, where=where)
        seen, steps = [validated(model)] if validates else [], []
        for seed in (1, 2, 3):
            steps.append(losses(model, seed))
            if validates:
                seen.append(validated(model))
        runs.append((steps, made.state_dict(), {s: c.total.scarcity for s, c in made.criteria.items()}))
    assert runs[0] == runs[1]
    assert all(c.steps == 3 and c.total.scarcity["images"] == 6 for c in made.criteria.values())
    assert runs[0][1][next(iter(made.criteria))]["memory"] != [[], [], [], []]


@pytest.mark.parametrize("kind", MAKERS)
def test_a_validation_loss_is_of_the_same_samples_every_time(kind):
    text = TEXTS[kind].replace(", norm: moving_average", "").replace("{type: ghm_c, momentum: 0.7}", "ce")
    model = model_of(kind)
    ds.attach(model, strategy(text))
    first = validated(model)
    drawn = [losses(model, 9) for _ in range(3)]
    assert validated(model) == first == drawn[0], "those of the first step"
    assert drawn[0] != drawn[1]
    found = next(iter(ds.balance(model).values()))
    assert found.used_positives > 0, "and its balance is there to log"


@pytest.mark.parametrize("where", ["host", "device"])
def test_targets_without_gradients_train_unless_told_otherwise(where):
    """They have none, and are often made where none are recorded."""
    criterion = ds.DenseCriterion(strategy(TEXTS["retinanet"]), 3, where=where)
    corner = torch.rand(200, 2) * 100
    anchors = torch.cat([corner, corner + 20], 1)
    target = {"boxes": anchors[:2] + 1, "labels": torch.tensor([0, 2]), "image_id": 4}
    x, d = torch.randn(1, 200, 3), torch.zeros(1, 200, 4)

    def rows(**training):
        with torch.no_grad():
            return criterion.targets(x, d, anchors, [target], **training).rows.tolist()

    first, second = rows(), rows()
    assert first != second and criterion.steps == 2 and criterion.total.scarcity["images"] == 2
    state = criterion.state_dict()
    assert rows(training=False) == rows(training=False) == first
    assert criterion.state_dict() == state and criterion.total.scarcity["images"] == 2
    assert rows() not in (first, second)


def test_regions_without_gradients_train_unless_told_otherwise():
    criterion = ds.ROICriterion(strategy("rpn: {}\nroi: {sampler: {type: random, num: 16}, norm: moving_average}"), 3)
    corner = torch.rand(200, 2) * 100
    boxes = torch.cat([corner, corner + 20], 1)
    target = {"boxes": boxes[:2] + 1, "labels": torch.tensor([0, 2]), "image_id": 4}

    def drawn(**training):
        criterion.join([boxes], [target])
        with torch.no_grad():
            box = criterion.sample(**training).box
        criterion(torch.zeros(len(box), 4, requires_grad=True), torch.zeros(len(box), 4, requires_grad=True))
        return box.tolist()

    first, second = drawn(), drawn()
    state = criterion.state_dict()
    assert first != second and state["steps"] == 2 and criterion.total.scarcity["images"] == 2
    assert drawn(training=False) == drawn(training=False) == first
    assert criterion.state_dict() == state and criterion.total.scarcity["images"] == 2
    assert drawn() not in (first, second)
