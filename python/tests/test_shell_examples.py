"""The shell programs of examples, with stand-ins for what they call."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"

YOLO = """#!/bin/sh
mkdir -p "$DETSAMPLE_OUT/work/weights" "$DETSAMPLE_OUT/found/labels"
case $2 in
train) echo trained >>"$DETSAMPLE_OUT/calls"; touch "$DETSAMPLE_OUT/work/weights/last.pt" ;;
predict) echo 0 0.5 0.5 0.1 0.1 0.9 >>"$DETSAMPLE_OUT/found/labels/0.txt" ;;
esac
"""

DETSAMPLE = """#!/bin/sh
case $* in
*"--to yolo"*) mkdir -p "${6}/labels"; echo names: >"$6/data.yaml"; touch "$6/labels/0.txt" ;;
*"--to results"*) [ ! -f "$DETSAMPLE_OUT/full" ] && touch "$DETSAMPLE_OUT/full" && exit 1; cp "$2/0.txt" "$8" ;;
esac
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_second_attempt_of_ultralytics_detects_once(tmp_path):
    programs, out = tmp_path / "bin", tmp_path / "out"
    programs.mkdir()
    out.mkdir()
    for split in "train", "test":
        (tmp_path / split / "deeper").mkdir(parents=True)
        (tmp_path / split / "deeper" / "a picture.png").touch()
    for name, text in ("yolo", YOLO), ("detsample", DETSAMPLE):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    env = {
        **os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "DETSAMPLE_OUT": str(out), "DETSAMPLE_DATA": str(tmp_path),
        "DETSAMPLE_NAME": "default", "DETSAMPLE_BUDGET": "4", "DETSAMPLE_SEED": "1",
    }
    attempts = [subprocess.run(["sh", str(EXAMPLES / "ultralytics.sh"), "n.yaml"], env=env, capture_output=True, text=True) for _ in range(2)]
    assert [a.returncode for a in attempts] == [1, 0], attempts[1].stderr
    assert (out / "calls").read_text() == "trained\n"
    assert (out / "results.json").read_text() == "0 0.5 0.5 0.1 0.1 0.9\n"
    images = out / "yolo" / "train" / "images"
    assert not images.is_symlink() and (images / "deeper" / "a picture.png").is_symlink()


PYTHON = """#!/bin/sh
case $1 in
-) exec "$REAL_PYTHON" "$@" ;;
tools/train.py) echo last >"$DETSAMPLE_OUT/work/last_checkpoint" ;;
tools/test.py) echo '[]' >"$DETSAMPLE_OUT/found.bbox.json" ;;
esac
printf '%s\\n' "$@" >>"$DETSAMPLE_OUT/calls"
"""


def mmdetection(folder, names):
    """Runs mmdetection.sh on categories of these names, with a stand-in for mmdetection."""
    programs, out, data = folder / "bin", folder / "out", folder / "data"
    programs.mkdir(parents=True)
    (out / "work").mkdir(parents=True)
    (data / "annotations").mkdir(parents=True)
    coco = {"images": [{}] * 4, "annotations": [], "categories": [{"id": i, "name": name} for i, name in enumerate(names)]}
    (data / "annotations" / "instances_train.json").write_text(json.dumps(coco, ensure_ascii=False), encoding="utf-8")
    (programs / "python").write_text(PYTHON)
    (programs / "python").chmod(0o755)
    env = {
        **os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "REAL_PYTHON": sys.executable, "DETSAMPLE_OUT": str(out),
        "DETSAMPLE_DATA": str(data), "DETSAMPLE_NAME": "focal", "DETSAMPLE_BUDGET": "10", "DETSAMPLE_SEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0",
    }
    return subprocess.run(["sh", str(EXAMPLES / "mmdetection.sh"), "c.py"], env=env, capture_output=True, text=True), out


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_mmdetection_learns_classes_of_any_name(tmp_path):
    names = ["traffic light", "cat", "l'\u00e9t\u00e9 \"ch\u00e2teau\"", "\u732b, [b] (c)", " $HOME `x` \\n "]
    done, out = mmdetection(tmp_path, names)
    assert done.returncode == 0, done.stderr
    assert (out / "classes.txt").read_bytes().decode("utf-8").split("\n") == [*names, ""]
    calls = (out / "calls").read_text().splitlines()
    for split in "train", "val", "test":
        assert calls.count(f"{split}_dataloader.dataset.metainfo.classes={out}/classes.txt") == 2, "training and test"
    assert calls.count("model.bbox_head.num_classes=5") == 2
    assert "train_cfg.max_epochs=3" in calls
    assert (out / "results.json").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_mmdetection_is_not_started_on_a_class_that_no_line_can_hold(tmp_path):
    for i, name in enumerate(["traffic\nlight", "traffic\rlight"]):
        done, out = mmdetection(tmp_path / str(i), ["cat", name])
        assert done.returncode != 0
        assert f"the category {name!r} has a line break" in done.stderr
        assert not (out / "calls").exists() and not (out / "results.json").exists()
