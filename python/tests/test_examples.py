"""The training programs of examples, on pictures drawn here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("torchvision")
Image = pytest.importorskip("PIL.Image")

EXAMPLES = Path(__file__).parents[2] / "examples"
SSD = "dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}"
OHEM = "rpn: {sampler: {type: random, num: 32}}\nroi: {sampler: {type: ohem, num: 8}}"


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    data = tmp_path / "data"
    (data / "annotations").mkdir(parents=True)
    for split, count in (("train", 6), ("test", 2)):
        (data / split).mkdir()
        images, objects = [], []
        for i in range(count):
            Image.fromarray(rng.integers(0, 255, (64, 80, 3), dtype=np.uint8)).save(data / split / f"{i}.png")
            images.append({"id": 10 * i, "file_name": f"{i}.png", "width": 80, "height": 64})
            objects += [
                {"id": 2 * i + 1, "image_id": 10 * i, "category_id": 7, "bbox": [8 + i, 8, 30, 30], "area": 900, "iscrowd": 0},
                {"id": 2 * i + 2, "image_id": 10 * i, "category_id": 3, "bbox": [40, 20, 16, 0], "area": 0, "iscrowd": 0}]
        coco = {"images": images, "annotations": objects, "categories": [{"id": 3, "name": "a"}, {"id": 7, "name": "b"}]}
        (data / "annotations" / f"instances_{split}.json").write_text(json.dumps(coco))
    return data


def run(*arguments):
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, *map(str, arguments)], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(out, seen, stages):
    results = json.loads((out / "results.json").read_text())
    assert results and {r["image_id"] for r in results} <= {0, 10} and {r["category_id"] for r in results} <= {3, 7}
    rows = [json.loads(line) for line in (out / "balance.jsonl").read_text().splitlines()]
    assert [r["seen"] for r in rows][-1] == seen and {r["stage"] for r in rows} == stages
    assert all(r["used_negatives"] > 0 and r["images"] > 0 for r in rows)
    assert not list(out.glob("*.part"))


def test_a_comparisons_program(folder, tmp_path):
    (tmp_path / "ssd.yaml").write_text(SSD)
    (tmp_path / "out").mkdir()
    run(EXAMPLES / "train.py", tmp_path / "ssd.yaml", 1, folder, 12, tmp_path / "out")
    check(tmp_path / "out", 12, {"dense"})


@pytest.mark.parametrize("text, stages", [(SSD, {"dense"}), (OHEM, {"rpn", "roi"})])
def test_detectors_from_scratch(folder, tmp_path, text, stages):
    (tmp_path / "s.yaml").write_text(text)
    out = tmp_path / "out"
    run(EXAMPLES / "retinanet.py", "--data", folder, "--strategy", tmp_path / "s.yaml", "--out", out, "--images", 8, "--batch", 4,
        "--size", 80, "--workers", 1, "--assign-in-workers", "--checkpoints", 2)
    check(out, 8, stages)
    assert (out / "results_4.json").exists() and (out / "model.pt").exists()
