"""The shell programs of examples, with stand-ins for what they call."""

import os
import subprocess
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
