"""What is wrong is said, and nothing of it crashes or becomes a wrong number."""

import os
import threading

import detsample
import numpy as np
import pytest
from test_numpy import SSD, scene

WRONG = (detsample.DetsampleError, ValueError, TypeError)
NAN, INF = float("nan"), float("inf")
PLAIN = "dense: {}"


def step(stage=None, **changed):
    """A step of a dense stage, of which something is changed."""
    anchors, images, logits, deltas = scene()
    given = {"anchors": anchors, "images": images, "logits": logits, "deltas": deltas, **changed}
    stage = stage or detsample.DenseStage(detsample.Strategy(PLAIN), "dense", 3)
    return stage.step(given.pop("anchors"), given.pop("images"), given.pop("logits"), given.pop("deltas"), **given)


def bad_arrays():
    anchors, _, logits, deltas = scene()
    for name, array in (("anchors", anchors), ("logits", logits), ("deltas", deltas)):
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), np.float32)
        for what, other in {
            "float64": array.astype(np.float64), "float16": array.astype(np.float16), "integers": array.astype(np.int32),
            "complex": array.astype(np.complex64), "swapped bytes": array.astype(">f4"), "every other": wide[..., ::2],
            "backwards": array[::-1], "transposed": np.asfortranarray(array), "a list": array.tolist(), "None": None,
            "a dimension less": array.reshape(-1), "one short": array[..., :-1].copy(), "empty": array[:0],
        }.items():
            if what == "empty" and name == "anchors":
                continue
            yield pytest.param(name, other, id=f"{name}: {what}")


@pytest.mark.parametrize("name, array", list(bad_arrays()))
def test_arrays_of_another_kind(name, array):
    with pytest.raises(WRONG, match=name):
        step(**{name: array})


@pytest.mark.parametrize("options, problem", [
    ({"grid": [[8, 20, 20]]}, "expected \\(levels, 4\\)"),
    ({"grid": [8, 20, 20, 1]}, "expected \\(levels, 4\\)"),
    ({"grid": [[8.5, 20, 20, 1]]}, "grid are float64"),
    ({"grid": [[8, 20, 20, 2**33]]}, "grid go from"),
    ({"grid": [[8, -20, -20, 1]]}, "grid\\[0\\]"),
    ({"grid": [[8, 20, 19, 1]]}, "grid makes 380 candidates of 400"),
    ({"grid": [[8, 20, 21, 1]]}, "from anchor 0 of 400"),
    ({"grid": [[8, 40, 10, 1]]}, "contradicts the anchors: .*give levels in the anchors' order"),
    ({"size": (NAN, 3)}, "width and height are NaN"),
    ({"size": (-1, 3)}, "width and height are -1"),
    ({"seed": 1.5}, "int"),
    ({"step": "1"}, "int"),
    ({"assigned": (np.zeros((2, 400), np.int32), None)}, "iou|IoU"),
    ({"assigned": (np.zeros((2, 399), np.int32), np.zeros((2, 400), np.float32))}, "gt has shape"),
    ({"assigned": (np.zeros((2, 400)), np.zeros((2, 400), np.float32))}, "gt: expected"),
    ({"assigned": (np.full((2, 400), 7, np.int32), np.zeros((2, 400), np.float32))}, "7"),
    ({"assigned": (np.full((2, 400), -3, np.int32), np.zeros((2, 400), np.float32))}, "-3"),
])
def test_options_of_another_kind(options, problem):
    with pytest.raises(WRONG, match=problem):
        step(**options)


def test_labels_out_of_range_late_in_a_run_are_no_crash():
    """Where the library no longer looks at every label."""
    stage = detsample.DenseStage(detsample.Strategy(PLAIN), "dense", 3)
    for i in range(3):
        step(stage, step=i)
    for label in (7, 2**31 - 1, -3, -(2**31)):
        assigned = np.full((2, 400), label, np.int32), np.zeros((2, 400), np.float32)
        try:
            found = step(stage, step=3, assigned=assigned)
        except WRONG:
            continue
        assert label < -2 and found.balance.positives == 0
    assert step(stage, step=4).cls > 0


@pytest.mark.parametrize("boxes, classes, ids, more, problem", [
    ([[[0, 0, NAN, 9]]], [[0]], [5], {}, "image 0 \\(id 5\\): ground truth 0 is \\[0 0 NaN 9\\]"),
    ([[[0, 0, INF, 9]]], [[0]], [5], {}, "expected finite"),
    ([[[0, 0, 1e300, 9]]], [[0]], [5], {}, "expected finite"),
    ([[[9, 0, 9, 9]]], [[0]], [5], {}, "x1 < x2"),
    ([[[9, 0, 5, 9]]], [[0]], [5], {}, "x1 < x2"),
    ([[[0, 0, 9]]], [[0]], [5], {}, "boxes of image 0 have shape \\(1, 3\\)"),
    ([[0, 0, 9, 9]], [[0]], [5], {}, "boxes of image 0 have shape \\(4,\\)"),
    ([[[0, 0, 9, 9, 0, 0, 9, 9]]], [[0, 1]], [5], {}, "have shape \\(1, 8\\)"),
    ([[["0", "0", "9", "9"]]], [[0]], [5], {}, "expected numbers"),
    ([np.full((1, 4), 1j)], [[0]], [5], {}, "expected numbers"),
    ([[[0, 0, 9, 9]]], [[3]], [5], {}, "has class 3: expected 0 to 2"),
    ([[[0, 0, 9, 9]]], [[-1]], [5], {}, "has class -1: expected 0 to 2"),
    ([[[0, 0, 9, 9]]], [[2**32]], [5], {}, "classes of image 0 go from 4294967296"),
    ([[[0, 0, 9, 9]]], [[0.5]], [5], {}, "classes of image 0 are float64"),
    ([[[0, 0, 9, 9]]], [[NAN]], [5], {}, "classes of image 0 are float64"),
    ([[[0, 0, 9, 9]]], [["cat"]], [5], {}, "expected integers"),
    ([[[0, 0, 9, 9]]], [[0]], [1.5], {}, "identity is 1.5: expected an integer or a text"),
    ([[[0, 0, 9, 9]]], [[0]], [None], {}, "identity is None"),
    ([[[0, 0, 9, 9]]], [[0]], [5], {"ignore": [[[0, 0, NAN, 9]]]}, "region 0 to ignore is"),
    ([[[0, 0, 9, 9]]], [[0]], [5], {"ignore": [[[9, 0, 0, 9]]]}, "region 0 to ignore is"),
    ([[[0, 0, 9, 9]]], [[0]], [5], {"sizes": [[NAN, 9]]}, "sizes are float64"),
    ([[[0, 0, 9, 9]]], [[0]], [5], {"sizes": [[9.5, 9]]}, "sizes are float64"),
    ([[[0, 0, 9, 9]]], [[0]], [5], {"sizes": [[-9, 9]]}, "-9 x 9"),
])
def test_annotations_that_are_none(boxes, classes, ids, more, problem):
    anchors, _, logits, deltas = scene()
    with pytest.raises(WRONG, match=problem):
        images = detsample.Images(boxes, classes, ids, **more)
        stage = detsample.DenseStage(detsample.Strategy(PLAIN), "dense", 3)
        stage.step(anchors, images, logits[:1].copy(), deltas[:1].copy(), grid=[[8, 20, 20, 1]], size=(160, 160))


@pytest.mark.parametrize("name, value", [("logits", NAN), ("logits", INF), ("deltas", NAN), ("anchors", NAN), ("anchors", -INF)])
def test_numbers_that_are_none_in_a_first_step(name, value):
    arrays = dict(zip(("anchors", "images", "logits", "deltas"), scene()))
    arrays[name].reshape(-1, arrays[name].shape[-1])[0] = value
    with pytest.raises(detsample.DetsampleError, match="NaN|Inf"):
        step(**{name: arrays[name]})


def test_nothing_to_learn_is_a_step_like_another():
    anchors, _, logits, deltas = scene()
    for text in (PLAIN, SSD, "dense: {sampler: {type: random, num: 9, positive_fraction: 0.5}}", "dense: {cls: ghm_c, norm: moving_average}"):
        stage = detsample.DenseStage(detsample.Strategy(text), "dense", 3)
        none = detsample.Images([[], np.zeros((0, 4))], [[], []], [1, 2])
        found = stage.step(anchors, none, logits, deltas)
        assert found.box == 0 and np.isfinite(found.cls) and not found.grad_deltas.any() and found.balance.positives == 0
        empty = np.zeros((0, 400, 3), np.float32), np.zeros((0, 400, 4), np.float32)
        found = stage.step(anchors, detsample.Images([], [], []), *empty)
        assert (found.cls, found.box) == (0, 0), "no image"
        found = stage.step(np.zeros((0, 4), np.float32), none, np.zeros((2, 0, 3), np.float32), np.zeros((2, 0, 4), np.float32))
        assert (found.cls, found.box) == (0, 0), "no anchor"
        assert len(stage.targets(anchors, none, logits=logits).box_rows) == 0


def test_gradients_are_written_where_that_is_allowed():
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(PLAIN), "dense", 3)
    locked = np.empty_like(logits)
    locked.flags.writeable = False
    for options, problem in (
        ({"grad_logits": locked}, "grad_logits is read-only"), ({"grad_logits": logits}, "grad_logits shares memory"),
        ({"grad_deltas": deltas}, "grad_deltas shares memory"), ({"grad_logits": np.empty((2, 400, 2), np.float32)}, "grad_logits has shape"),
        ({"grad_deltas": np.empty((2, 400, 8), np.float32)[..., ::2]}, "grad_deltas: expected a contiguous"),
    ):
        with pytest.raises(WRONG, match=problem):
            stage.step(anchors, images, logits, deltas, **options)
    whole = np.empty((2, 400, 7), np.float32).reshape(-1)
    with pytest.raises(ValueError, match="grad_deltas shares memory"):
        stage.step(anchors, images, logits, deltas, grad_logits=whole[:2400].reshape(2, 400, 3), grad_deltas=whole[2000:5200].reshape(2, 400, 4))


@pytest.mark.parametrize("options, problem", [
    ({"classes": 0}, "classes is 0"), ({"classes": -4}, "classes is -4"), ({"classes": 2**32 + 3}, "classes is 4294967299"),
    ({"classes": 2.5}, "integer"), ({"threads": -1}, "threads is -1"), ({"threads": 2**32}, "threads is 4294967296"),
    ({"coder": (1, 1, 1)}, "coder has 3 weights"), ({"coder": (1, 1, 1, NAN)}, "options.coder"), ({"coder": (1, 1, 0, 1)}, "options.coder"),
    ({"max_scale": -1}, "max_scale"), ({"max_scale": NAN}, "max_scale"), ({"per_class": 3}, "per_class"), ({"stage": "roi"}, "no stage roi"),
])
def test_stages_that_cannot_be(options, problem):
    given = {"stage": "dense", "classes": 3, **options}
    with pytest.raises(WRONG, match=problem):
        detsample.DenseStage(detsample.Strategy(PLAIN), given.pop("stage"), given.pop("classes"), **given)


def test_a_stage_is_of_its_kind():
    both = detsample.Strategy("rpn: {}\nroi: {}")
    for kind, stage, expected in ((detsample.DenseStage, "roi", "an ROIStage"), (detsample.ROIStage, "rpn", "a DenseStage")):
        with pytest.raises(detsample.DetsampleError, match=f"stage {stage} is given to a {kind.__name__}: expected {expected}"):
            kind(both, stage, 1)


def test_a_head_of_one_class_has_labels_of_one():
    anchors, images, _, deltas = scene()
    logits = np.zeros((2, 400, 1), np.float32)
    with pytest.raises(detsample.DetsampleError, match="classes from 0 to 2: expected 0, the head's only one"):
        detsample.DenseStage(detsample.Strategy(PLAIN), "dense", 1).step(anchors, images, logits, deltas)
    rpn = detsample.DenseStage(detsample.Strategy("rpn: {}\nroi: {}"), "rpn", 1)
    assert rpn.step(anchors, images, logits, deltas).balance.positives > 0, "objectness has none"


def test_what_comes_too_early_or_late_in_a_second_stage():
    anchors, images, *_ = scene()
    s = detsample.Strategy("rpn: {}\nroi: {sampler: {type: random, num: 16}}")
    stage = detsample.ROIStage(s, "roi", 3)
    for call in (stage.sample, stage.labels, stage.targets, lambda: stage.loss(np.zeros((0, 4), np.float32), np.zeros((0, 4), np.float32)),
                 lambda: stage.hardness(np.zeros((0, 4), np.float32))):
        with pytest.raises(detsample.DetsampleError, match="comes first"):
            call()
    proposals = [anchors[:100], anchors[100:250]]
    with pytest.raises(ValueError, match="proposals of 1 images, and annotations of 2"):
        stage.join(proposals[:1], images)
    for bad, problem in ((np.full((3, 4), NAN), "NaN"), (np.zeros((3, 5)), "proposals of image 0 have shape"), (np.full((3, 4), 1j), "expected numbers")):
        with pytest.raises(WRONG, match=problem):
            stage.join([bad, bad], images)
        with pytest.raises(detsample.DetsampleError, match="join\\(\\) comes first"):
            stage.sample()
    stage.join(proposals, images)
    regions = stage.sample()
    n = len(regions.box)
    logits, deltas = np.zeros((n, 4), np.float32), np.zeros((n, 4), np.float32)
    for x, d, problem in ((logits[1:], deltas, "logits has shape"), (logits, deltas[:, :3].copy(), "deltas has shape"),
                          (logits.astype(np.float16), deltas, "logits: expected"), (logits, None, "deltas: expected")):
        with pytest.raises(WRONG, match=problem):
            stage.loss(x, d)
    assert stage.loss(logits, deltas).cls > 0
    stage.join(proposals, images)
    with pytest.raises(detsample.DetsampleError, match="sample\\(\\) comes first"):
        stage.loss(logits, deltas)
    empty = detsample.Images([[], []], [[], []], [1, 2])
    box, _ = stage.join([[], np.zeros((0, 4))], empty)
    assert len(box) == len(stage.sample().box) == 0
    found = stage.loss(np.zeros((0, 4), np.float32), np.zeros((0, 4), np.float32))
    assert (found.cls, found.box) == (0, 0)


def test_memory_that_is_anothers_is_refused():
    s = detsample.Strategy("dense: {norm: moving_average, cls: {type: ghm_c, momentum: 0.7}}")
    stage = detsample.DenseStage(s, "dense", 3)
    step(stage)
    memory = stage.memory()
    for other, problem in ((memory[:3], "has 3 lists"), ([[1.0] * 3, [], [], []], "lengths\\[0\\] is 3"), ([[], [], [NAN], []], "values\\[0\\] is NaN"),
                           ([[], [], [-1.0], []], "values\\[0\\] is -1"), ([[], [1.0], [], []], "lengths\\[1\\] is 1"), ("what", "could not convert")):
        with pytest.raises(WRONG, match=problem):
            stage.restore(other)
    stage.restore(memory)
    assert stage.memory() == memory


def test_one_stage_on_two_threads_is_refused_or_right():
    anchors, images, logits, deltas = scene()
    stage = detsample.DenseStage(detsample.Strategy(SSD), "dense", 3)
    want, found, refused = stage.step(anchors, images, logits, deltas).cls, set(), []

    def work():
        for _ in range(50):
            try:
                found.add(stage.step(anchors, images, logits, deltas).cls)
                targets = stage.targets(anchors, images, logits=logits)
                assert len(targets.rows) == 4 * len(targets.box_rows)
            except detsample.DetsampleError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert found <= {want}
    assert all("in use by another call" in r or "no targets yet" in r for r in refused), set(refused)
    assert stage.step(anchors, images, logits, deltas).cls == want


def test_a_handle_that_was_freed_is_none():
    from ctypes import c_size_t

    from detsample import _library

    stage = detsample.DenseStage(detsample.Strategy(PLAIN), "dense", 3)
    kept = c_size_t(stage._handle.value.value)
    del stage
    for value in (kept, c_size_t(0), c_size_t(2**63)):
        with pytest.raises(detsample.DetsampleError, match="none"):
            _library.call("detsample_work_free", value)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_while_the_library_is_busy():
    anchors, images, logits, deltas = scene()
    strategy = detsample.Strategy(SSD)
    stage = detsample.DenseStage(strategy, "dense", 3, threads=2)
    want, stop = stage.step(anchors, images, logits, deltas).cls, threading.Event()

    def busy():
        own = detsample.DenseStage(strategy, "dense", 3, threads=2)
        while not stop.is_set():
            own.step(anchors, images, logits, deltas)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        children = []
        for _ in range(6):
            pid = os.fork()
            if pid == 0:
                try:
                    os._exit(0 if stage.step(anchors, images, logits, deltas).cls == want else 1)
                finally:
                    os._exit(2)
            children.append(pid)
        assert [os.waitpid(p, 0)[1] for p in children] == [0] * 6
    finally:
        stop.set()
        thread.join()
