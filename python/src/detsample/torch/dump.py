"""A detector's present state in a file that detsample replays."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Union

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torchvision.models.detection import FasterRCNN, RetinaNet
from torchvision.models.detection.rpn import concat_box_prediction_layers

from ..images import integer
from ..stage import DenseStage, ROIStage
from ..strategy import Strategy
from ._attachment import Attachment, Grid
from ._host import Host
from ._targets import images_of


class _Recorder:
    """What one stage put out for some images: an entry of each list an image."""

    def __init__(self) -> None:
        self.logits: List[NDArray[Any]] = []
        self.deltas: List[NDArray[Any]] = []
        self.boxes: List[NDArray[Any]] = []
        self.labels: List[NDArray[Any]] = []
        self.truth: List[NDArray[Any]] = []
        self.classes: List[NDArray[Any]] = []
        self.ignore: List[NDArray[Any]] = []
        self.ids: List[int] = []
        self.coder: List[float] = [1, 1, 1, 1]


@torch.no_grad()
def dump(
    model: nn.Module, loader: Iterable[Any], path: Union[str, Path], *, stage: Optional[str] = None, images: int = 8,
) -> Path:
    """Writes what a RetinaNet, or a stage of a Faster R-CNN ("rpn", or "roi"
    unless given), puts out for the first images of a loader of (images,
    targets), as it stands: logits, boxes and deltas of all candidates, with the
    weights of the box coder that deltas are multiplied by, their labels and the
    ground truth, in a .npz that

        detsample replay state.npz

    replays every sampler and loss on. Labels are those of the attached strategy's
    assigner, or else of torchvision's. The second stage's candidates are the
    proposals that it would detect from, without ground truth among them. The
    model is not trained; its running means stay as they are. Batches need not
    have the same size.
    """
    inner = model
    while isinstance(getattr(inner, "module", None), nn.Module):
        inner = inner.module
    if isinstance(inner, RetinaNet):
        stage = stage or "dense"
    elif isinstance(inner, FasterRCNN):
        stage = stage or "roi"
    else:
        raise TypeError(f"model is a {type(inner).__name__}: expected torchvision's RetinaNet or FasterRCNN; docs/dumps.md has ten lines for others")
    known = ("dense",) if isinstance(inner, RetinaNet) else ("rpn", "roi")
    if stage not in known:
        raise ValueError(f"stage is {stage!r}: expected one of {', '.join(known)}")
    if integer("images", images) < 1:
        raise ValueError(f"images is {images}: expected at least 1")
    training = {m: m.training for m in inner.modules()}
    inner.eval()
    record, hooks = _Recorder(), _Hooks(inner, stage)
    labeller = _labeller(inner, stage)
    try:
        for pictures, targets in loader:
            keep = images - len(record.ids)
            _observe(inner, stage, list(pictures)[:keep], list(targets)[:keep], record, hooks, labeller)
            if len(record.ids) >= images:
                break
    finally:
        hooks.remove()
        for m, was in training.items():
            m.training = was
    if not record.ids:
        raise ValueError("the loader gave no images")
    return _write(Path(path), stage, record)


def _labeller(model: Any, stage: str) -> Any:
    """The stage whose assigner labels the candidates."""
    found = model.__dict__.get("_detsample")
    if isinstance(found, Attachment):
        return found.criteria[stage].stage
    if stage == "roi":
        return ROIStage(Strategy.preset("torchvision"), "roi", model.roi_heads.box_predictor.cls_score.out_features - 1)
    if stage == "rpn":
        return DenseStage(Strategy.preset("torchvision"), "rpn", 1)
    return DenseStage(Strategy.preset("torchvision-retinanet"), "dense", model.head.classification_head.num_classes)


class _Hooks:
    """Keeps the latest output of the modules that a stage is read from."""

    def __init__(self, model: Any, stage: str) -> None:
        self.found: Dict[str, Any] = {}
        if stage == "roi":
            watched = {"head": model.roi_heads.box_predictor, "rpn": model.rpn}
        else:
            part = model if stage == "dense" else model.rpn
            watched = {"head": part.head, "anchors": part.anchor_generator}
            attached = model.__dict__.get("_detsample")
            self.grid = Grid(not isinstance(attached, Attachment) or attached.grid.padding)
            watched["grid"] = part.anchor_generator
        watched["transform"] = model.transform
        self._handles = [
            m.register_forward_hook(self.grid if name == "grid" else self._keeper(name)) for name, m in watched.items()]

    def _keeper(self, name: str) -> Any:
        def keep(module: Any, inputs: Any, output: Any) -> None:
            self.found[name] = output

        return keep

    def remove(self) -> None:
        for h in self._handles:
            h.remove()


def _observe(
    model: Any, stage: str, pictures: List[Any], targets: List[Any], record: _Recorder, hooks: _Hooks, labeller: Any,
) -> None:
    """Runs the model over a batch and records what the stage put out."""
    device, host, n = next(model.parameters()).device, Host(), len(pictures)
    moved = [{k: v.to(device) if isinstance(v, torch.Tensor) else v for k, v in t.items()} for t in targets]
    model([p.to(device) for p in pictures], moved)
    found = hooks.found
    sizes = None if stage == "roi" else hooks.grid.sizes
    truth = images_of(found["transform"][1], 1 if stage == "roi" else 0, None if stage == "rpn" else labeller.classes, sizes)
    if stage == "roi":
        logits, deltas = found["head"]
        boxes = [host.floats(b) for b in found["rpn"][0]]
        ends = np.cumsum([len(b) for b in boxes])[:-1]
        record.logits += np.split(host.floats(logits), ends)
        record.coder = list(model.roi_heads.box_coder.weights)
        record.deltas += np.split(host.floats(_of_likeliest(logits, deltas)), ends)
        for i, proposals in enumerate(boxes):
            one = truth.one(i)
            gt, _ = labeller.assign(proposals, one)
            record.labels.append(_classes(gt[0], one.classes))
    else:
        if stage == "rpn":
            logits, deltas = concat_box_prediction_layers(*found["head"])
            logits, deltas, coder = logits.reshape(n, -1, 1), deltas.reshape(n, -1, 4), model.rpn.box_coder
        else:
            logits, deltas, coder = found["head"]["cls_logits"], found["head"]["bbox_regression"], model.box_coder
        boxes = [host.floats(b) for b in found["anchors"]]
        record.logits += list(host.floats(logits))
        record.coder = list(coder.weights)
        record.deltas += list(host.floats(deltas))
        grid = hooks.grid
        looks = labeller.facts["reads"]["assigner"]
        gt, _ = labeller.assign(
            boxes[0], truth, grid=grid.levels, size=grid.size, logits=host.floats(logits) if looks else None,
            deltas=host.floats(deltas) if looks else None)
        record.labels += [_classes(row, truth.one(i).classes) for i, row in enumerate(gt)]
    record.boxes += boxes
    record.ids += [int(key) for key in truth.ids]
    record.truth += np.split(truth.boxes, truth.starts[1:-1])
    record.classes += np.split(truth.classes, truth.starts[1:-1])
    record.ignore += [np.zeros((0, 4), np.float32)] * n if truth.ignore is None else np.split(truth.ignore, truth.ignore_starts[1:-1])


def _classes(gt: NDArray[Any], classes: NDArray[Any]) -> NDArray[Any]:
    """Ground truths' indices as their classes; label codes as they are."""
    positive = gt >= 0
    gt[positive] = classes[gt[positive]]
    return gt


def _of_likeliest(logits: torch.Tensor, deltas: torch.Tensor) -> torch.Tensor:
    """Of a head that regresses a box for each class, that of the likeliest."""
    if deltas.shape[1] == 4:
        return deltas
    best = logits[:, 1:].argmax(1) + 1
    return deltas.reshape(len(deltas), -1, 4)[torch.arange(len(deltas), device=deltas.device), best]


def _write(path: Path, stage: str, record: _Recorder) -> Path:
    """docs/dumps.md: images of fewer candidates are filled up with ignored
    ones."""
    most = max(len(b) for b in record.boxes)
    same = all(b.shape == record.boxes[0].shape and (b == record.boxes[0]).all() for b in record.boxes)

    def stacked(arrays: List[NDArray[Any]], fill: float, dtype: Any = np.float32) -> NDArray[Any]:
        full = np.full((len(arrays), most, *arrays[0].shape[1:]), fill, dtype)
        for row, a in zip(full, arrays):
            row[: len(a)] = a
        return full

    roi = stage == "roi"
    shift = 1 if roi else 0  # torchvision's classes begin at 1 there, and its ignored label is -1
    objects = [np.concatenate([t, g]) for t, g in zip(record.truth, record.ignore)]
    tensors: Dict[str, Any] = {
        "logits": stacked(record.logits, 0), "deltas": stacked(record.deltas, 0), "coder": np.array(record.coder, np.float32),
        "boxes": record.boxes[0] if same else stacked(record.boxes, 0),
        "labels": stacked([r + shift for r in record.labels], -2 + shift, np.int32),
        "gt_boxes": np.concatenate(objects).astype(np.float32),
        "gt_classes": np.concatenate([np.concatenate([c, np.zeros(len(g), np.int32)]) for c, g in zip(record.classes, record.ignore)]) + shift,
        "gt_image": np.repeat(np.arange(len(objects)), [len(o) for o in objects]).astype(np.int32),
        "gt_ignore": np.concatenate([[0] * len(t) + [1] * len(g) for t, g in zip(record.truth, record.ignore)]).astype(np.uint8),
        "image_ids": np.array(record.ids, np.uint64),
    }
    if not path.name.endswith(".npz"):
        path = path.with_name(path.name + ".npz")  # as numpy names it
    np.savez(path, label_map="torchvision" if roi else "detsample", link="softmax" if roi else "sigmoid", **tensors)
    return path
