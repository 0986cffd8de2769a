"""The README's loop of one's own, as it is written."""

import re
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

import detsample.torch as ds  # noqa: E402

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
LOOP = README[README.index("## A loop of your own"):README.index("## Reproducible samples")]
BLOCKS = re.findall(r"```python\n(.*?)```", LOOP, re.S)


@pytest.mark.parametrize("mined", ["ohem", "random"])
def test_the_second_stage_trains(tmp_path, monkeypatch, mined):
    monkeypatch.chdir(tmp_path)
    Path("ohem.yaml").write_text("rpn: {}\nroi: {sampler: {type: %s, num: 16}}" % mined)
    corner = torch.rand(2, 60, 2) * 100
    proposals = list(torch.cat([corner, corner + 20], 2))
    targets = [{"boxes": p[:2] + 1, "labels": torch.tensor([0, 79]), "image_id": i} for i, p in enumerate(proposals)]
    weight = torch.randn(4, 85, requires_grad=True)

    def head(regions):
        out = torch.cat(regions) / 100 @ weight
        return out[:, :81], out[:, 81:]

    exec(BLOCKS[1], {"torch": torch, "ds": ds, "proposals": proposals, "targets": targets, "head": head})
    assert weight.grad.abs().sum() > 0


def test_the_dense_stage_trains(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("ssd.yaml").write_text("dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}")
    corner = torch.rand(60, 2) * 100
    anchors = torch.cat([corner, corner + 20], 1)
    targets = [{"boxes": anchors[:2] + 1, "labels": torch.tensor([0, 79]), "image_id": i} for i in range(2)]
    logits, deltas = torch.randn(2, 60, 80, requires_grad=True), torch.randn(2, 60, 4, requires_grad=True)
    exec(BLOCKS[0], {"ds": ds, "anchors": anchors, "targets": targets, "logits": logits, "deltas": deltas})
    assert logits.grad.abs().sum() > 0
