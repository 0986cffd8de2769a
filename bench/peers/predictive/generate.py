"""Writes golden values of assigners that judge by predictions into anchors/testdata.

Usage: generate.py MMDET OTA, where MMDET is the folder mmdet of mmdetection
3.3.0 and OTA the file fcos.py of the published code of OTA. See README.md.
"""

import gzip
import importlib
import json
import logging
import os
import sys
import types
import warnings

import torch

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from published import Registry, module, ota_head  # noqa: E402

MMDET, OTA = sys.argv[1:]
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "anchors", "testdata")
CLASSES = 3


class Instances:
    def __init__(self, **fields):
        self.__dict__.update(fields)
        self.n = len(next(iter(fields.values())))

    def __len__(self):
        return self.n


class Result:
    def __init__(self, num_gts, gt_inds, max_overlaps, labels=None):
        self.gt_inds, self.max_overlaps = gt_inds, max_overlaps


def centred(b):
    return torch.stack([(b[:, 0] + b[:, 2]) / 2, (b[:, 1] + b[:, 3]) / 2, b[:, 2] - b[:, 0], b[:, 3] - b[:, 1]], -1)


def load_mmdet():
    """Imports the assigners' own files beside stand-ins for what they import."""
    registry = Registry()
    module("mmengine", ConfigDict=dict)
    module("mmengine.structures", InstanceData=Instances)
    module("mmdet")
    module("mmdet.registry", TASK_UTILS=registry)
    module("mmdet.utils", ConfigType=dict)
    module("mmdet.structures")
    bbox = module("mmdet.structures.bbox", get_box_tensor=lambda b: b, BaseBoxes=(), bbox_xyxy_to_cxcywh=centred)
    bbox.__path__ = [os.path.join(MMDET, "structures", "bbox")]
    bbox.bbox_overlaps = importlib.import_module("mmdet.structures.bbox.bbox_overlaps").bbox_overlaps
    module("mmdet.models")
    module("mmdet.models.task_modules")
    name = "mmdet.models.task_modules.assigners"
    module(name).__path__ = [os.path.join(MMDET, "models", "task_modules", "assigners")]
    module(name + ".assign_result", AssignResult=Result)
    module(name + ".base_assigner", BaseAssigner=object)
    for file in ("iou2d_calculator", "match_cost", "sim_ota_assigner", "task_aligned_assigner",
                 "dynamic_soft_label_assigner", "hungarian_assigner"):
        importlib.import_module(f"{name}.{file}")
    for peer in ("SimOTAAssigner", "DynamicSoftLabelAssigner"):
        accept_float64(registry[peer])
    return registry


def accept_float64(peer):
    """Both write their IoUs into a float32 tensor, which takes nothing else."""
    match = peer.dynamic_k_matching

    def matching(self, *args):
        ious, truths = match(self, *args)
        return ious.float(), truths

    peer.dynamic_k_matching = matching


def stable_topk(x, k, dim=-1, largest=True):
    """torch.topk with ties going to the lower index, which it leaves open."""
    values, index = torch.sort(x, dim=dim, descending=largest, stable=True)
    return values.narrow(dim, 0, int(k)), index.narrow(dim, 0, int(k))


def scene(kind):
    """A small pyramid of square anchors, ground truths on half pixels, and
    predictions of which some are near them. kind singles out special scenes."""
    side = 16 * int(torch.randint(2, 4, ()))
    levels = [(8, side // 8), (16, side // 16)]
    if kind == "one candidate":
        side, levels = 8, [(8, 1)]
    points, grid = [], []
    for stride, cells in levels:
        yx = torch.cartesian_prod(torch.arange(cells), torch.arange(cells))
        xy = (yx.flip(1) + 0.5) * stride
        points.append(torch.cat([xy, torch.full((len(xy), 2), float(stride))], 1))
        grid.append([stride, cells])
    points = torch.cat(points)
    n = len(points)
    truths = 0 if kind == "empty" else int(torch.randint(1, 6, ()))
    wh = torch.randint(4, 2 * max(16, side), (truths, 2)) / 2
    xy = torch.randint(-8, 2 * side, (truths, 2)) / 2 - wh / 4
    truth = torch.cat([xy, xy + wh], 1).float()
    labels = torch.randint(0, CLASSES, (truths,))
    if kind == "duplicates" and truths:
        truth, labels = torch.cat([truth, truth[:1]]), torch.cat([labels, labels[:1]])
    if kind == "outside" and truths:
        truth[0] += torch.tensor([-100.0, 0, -100, 0])
    size = points[:, 2:] * torch.exp(torch.randn(n, 2) / 2)
    centre = points[:, :2] + torch.randn(n, 2) * 4
    decoded = torch.cat([centre - size / 2, centre + size / 2], 1)
    if len(truth):
        near = torch.rand(n) < 0.5
        which = torch.randint(0, len(truth), (n,))
        decoded[near] = truth[which[near]] + torch.randn(int(near.sum()), 4) * 2
        exact = torch.rand(n) < 0.03
        decoded[exact] = truth[which[exact]]
        decoded = torch.cat([torch.minimum(decoded[:, :2], decoded[:, 2:] - 0.5), decoded[:, 2:]], 1)
    decoded = (decoded * 10).round() / 10
    logits = ((torch.randn(n, CLASSES + 1) * 2 - 1) * 100).round() / 100
    return {"side": side, "grid": grid, "points": points.double(), "truth": truth.double(), "labels": labels,
            "decoded": decoded.float().double(), "logits": logits.double()}


def squares(points):
    half = points[:, 2:] / 2
    return torch.cat([points[:, :2] - half, points[:, :2] + half], 1)


class Peers:
    def __init__(self, build, ota, dtype):
        self.dtype = dtype
        self.simota = build(dict(type="SimOTAAssigner"))
        self.aligned = build(dict(type="TaskAlignedAssigner", topk=13))
        self.soft = build(dict(type="DynamicSoftLabelAssigner"))
        box = [dict(type="BBoxL1Cost", weight=5.0, box_format="xywh"), dict(type="IoUCost", iou_mode="giou", weight=2.0)]
        self.focal = build(dict(type="HungarianAssigner", match_costs=[dict(type="FocalLossCost", weight=2.0)] + box))
        self.softmax = build(dict(type="HungarianAssigner", match_costs=[dict(type="ClassificationCost", weight=1.0)] + box))
        self.ota = ota

    def run(self, s):
        cast = lambda x: x.to(self.dtype)
        truth = Instances(bboxes=cast(s["truth"]), labels=s["labels"])
        with_scores = lambda priors, scores: Instances(priors=cast(priors), bboxes=cast(s["decoded"]), scores=cast(scores))
        logits, points = s["logits"], s["points"]
        some = logits[:, :CLASSES]
        probabilities = some.sigmoid().float()
        out = {}
        soft = lambda r: [q if g > 0 else 0.0 for g, q in zip(r.gt_inds.tolist(), r.max_overlaps.tolist())]
        for name, r in (("simota", self.simota.assign(with_scores(points, probabilities), truth)),
                        ("dynamic_soft", self.soft.assign(with_scores(points, some), truth))):
            out[name] = {"gt": (r.gt_inds - 1).tolist(), "iou": soft(r)}
        r = self.aligned.assign(with_scores(squares(points), probabilities), truth, alpha=1, beta=6)
        out["task_aligned"] = {"gt": (r.gt_inds - 1).tolist(), "iou": soft(r), "metric": r.assign_metrics.tolist()}
        meta = {"img_shape": (s["side"], s["side"])}
        out["hungarian_focal"] = {"gt": (self.focal.assign(with_scores(points, some), truth, meta).gt_inds - 1).tolist()}
        out["hungarian_softmax"] = {"gt": (self.softmax.assign(with_scores(points, logits), truth, meta).gt_inds - 1).tolist()}
        out["ota"] = {"gt": self.run_ota(s, cast)}
        return out

    def run_ota(self, s, cast):
        """The published function returns classes; which ground truth each came
        from is read off its one maximum over the suppliers. Ground truths
        without a candidate in their region are left out: see README.md."""
        reached = [g for g, b in enumerate(s["truth"]) if reaches(s["points"], b)]
        n, truth = len(s["points"]), cast(s["truth"][reached])
        if not reached:
            return [-1] * n
        splits = [cells * cells for _, cells in s["grid"]]
        points, b = cast(s["points"][:, :2]), cast(s["decoded"])
        delta = torch.cat([points - b[:, :2], b[:, 2:] - points], 1)
        target = Target(types.SimpleNamespace(tensor=truth, get_centers=lambda: centred(truth)[:, :2]), s["labels"][reached])
        per_level = lambda x: [t[None] for t in x.split(splits)]
        matched = []
        argmax = torch.max

        def spy(*args, **kwargs):
            result = argmax(*args, **kwargs)
            if kwargs.get("dim") == 0:
                matched.append(result[1])
            return result

        self.ota.fpn_strides = [stride for stride, _ in s["grid"]]
        self.ota.top_candidates = min(20, n)
        torch.max = spy
        try:
            self.ota.get_ground_truth([list(points.split(splits))], [target], per_level(cast(s["logits"][:, :CLASSES])),
                                      per_level(delta), per_level(delta[:, :1]))
        finally:
            torch.max = argmax
        return [reached[g] if g < len(reached) else -1 for g in matched[0].tolist()]


def reaches(points, b):
    """Whether a candidate lies in the ground truth and near its centre."""
    xy, radius = points[:, :2], 2.5 * points[:, 2:]
    inside = torch.minimum(xy - b[:2], b[2:] - xy).min(1).values > 0.01
    near = ((xy - (b[:2] + b[2:]) / 2).abs() < radius).all(1)
    return bool((inside & near).any())


class Target:
    def __init__(self, boxes, labels):
        self.gt_boxes, self.gt_classes = boxes, labels

    def __len__(self):
        return len(self.gt_classes)


def numbers(x):
    """Decimals that read as the same float32."""
    return [float("%.7g" % v) for v in x.flatten().tolist()]


def main():
    warnings.filterwarnings("ignore")
    logging.disable()
    torch.manual_seed(3)
    native = torch.topk
    build, ota = load_mmdet().build, ota_head(OTA, CLASSES, [8, 16])
    exact, single = Peers(build, ota, torch.float64), Peers(build, ota, torch.float32)
    kinds = ["", "", "", "", "duplicates", "outside", "", "one candidate", "", "empty"]
    scenes, differs = [], {}
    for i in range(240):
        s = scene(kinds[i % len(kinds)])
        torch.topk = stable_topk
        wanted = exact.run(s)
        torch.topk = native
        for name, r in single.run(s).items():
            differs[name] = differs.get(name, 0) + (r["gt"] != wanted[name]["gt"])
        for r in wanted.values():
            r["gt"] = {i: g for i, g in enumerate(r["gt"]) if g >= 0}
            for key in ("iou", "metric"):
                if key in r:
                    r[key] = [float("%.8g" % r[key][i]) for i in r["gt"]]
        scenes.append({
            "kind": kinds[i % len(kinds)], "side": s["side"], "grid": s["grid"], "labels": s["labels"].tolist(),
            "truth": numbers(s["truth"]), "decoded": numbers(s["decoded"]), "logits": numbers(s["logits"]), "want": wanted,
        })
    with open(os.path.join(OUT, "predictive.json.gz"), "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as f:
        f.write(json.dumps(scenes, separators=(",", ":")).encode())
    print("scenes in which the peer itself differs between float64 with stable ties and float32:", differs, "of", len(scenes))


main()
