"""Writes what the peers' assigners say about random scenes into the tests of
package anchors: python3 generate.py PEERS, where PEERS holds their sources."""

import gzip
import json
import os
import sys
from types import SimpleNamespace

import numpy as np
import torch
from torchvision.models.detection._utils import Matcher
from torchvision.ops import box_iou

import scenes
import standins

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
OUT = os.path.join(ROOT, "anchors", "testdata", "assigners.json.gz")


def labelled(result):
    """mmdetection's 0, 1.. and -1 as ground truth -1, 0.. and -2."""
    gt = result.gt_inds
    return torch.where(gt < 0, gt.new_tensor(-2), gt - 1)


def matcher(peer, rng, candidates, truth):
    pos, neg = rng.choice([(0.5, 0.5), (0.5, 0.25), (0.7, 0.3)])
    low = rng.random() < 0.7
    iou = box_iou(truth, candidates)
    if not len(truth):  # torchvision asks its callers to do this themselves
        labels = torch.full((len(candidates),), -1)
    elif peer == "torchvision":
        labels = Matcher(pos, neg, allow_low_quality_matches=low)(iou)
    else:
        at, is_object = PEERS.detectron2([neg, pos], [0, -1, 1], low)(iou)
        labels = torch.where(is_object == 1, at, is_object.long() - 1)
        labels = torch.where(is_object == -1, -2, labels)
    return {"Pos": pos, "Neg": neg, "Low": low}, labels


def max_iou(rng, instances):
    pos, neg = rng.choice([(0.5, 0.5), (0.5, 0.25), (0.7, 0.3)])
    o = {"Pos": pos, "Neg": neg, "Low": rng.random() < 0.8, "All": rng.random() < 0.6,
         "Floor": rng.choice([0, 0, 0.125]), "Min": rng.choice([0, 0, 0.25]), "IoF": rng.choice([0, 0.25, 0.5])}
    a = PEERS.mmdet["MaxIoUAssigner"](
        pos, (o["Floor"], neg) if o["Floor"] else neg, min_pos_iou=o["Min"], gt_max_assign_all=o["All"],
        ignore_iof_thr=o["IoF"] or -1, match_low_quality=o["Low"])
    return o, labelled(a.assign(*instances))


def atss(rng, s, instances):
    o = {"TopK": rng.choice([2, 4, 9]), "IoF": rng.choice([0, 0.25, 0.5])}
    a = PEERS.mmdet["ATSSAssigner"](o["TopK"], ignore_iof_thr=o["IoF"] or -1)
    prior, truth, ignore = instances
    plain = standins.Instances(priors=prior.priors)
    counts = [v["Width"] * v["Height"] * len(v["Shapes"]) for v in s["Levels"]]
    return o, labelled(a.assign(plain, counts, truth, ignore))


def uniform(rng, instances):
    n = len(instances[0].priors)
    o = {"Times": min(n, rng.choice([1, 2, 4])), "Pos": rng.choice([0.125, 0.25]), "Neg": rng.choice([0.5, 0.7])}
    a = PEERS.mmdet["UniformAssigner"](o["Pos"], o["Neg"], o["Times"])
    return o, labelled(a.assign(*instances))


def center_region(rng, instances):
    o = {"Pos": rng.choice([0.25, 0.5]), "Neg": rng.choice([0.25, 0.5, 0.75]), "Dominates": rng.random() < 0.5}
    a = PEERS.mmdet["CenterRegionAssigner"](o["Pos"], o["Neg"], foreground_dominate=o["Dominates"])
    inside = {}
    decide = a.assign_one_hot_gt_indices
    def spy(core, shadow, gt_priority=None):
        ids, pairs = decide(core, shadow, gt_priority)
        inside["pairs"] = pairs.clone()
        return ids, pairs
    a.assign_one_hot_gt_indices = spy
    labels = labelled(a.assign(*instances))
    for i in inside.get("pairs", torch.zeros(0, 2))[:, 0].long().tolist():
        if labels[i] == -1:  # negative, but silent for the shadow's class
            labels[i] = -2
    return o, labels


def point(rng, s, instances):
    prior, truth, ignore = instances
    rows = []
    for level in s["Levels"]:
        rows += [level["Stride"]] * (level["Width"] * level["Height"] * len(level["Shapes"]))
    fewest = min(rows.count(stride) for stride in set(rows))
    o = {"Scale": rng.choice([2, 4]), "Num": min(fewest, rng.choice([1, 3]))}
    p = prior.priors
    points = torch.cat([(p[:, :2] + p[:, 2:]) / 2, torch.tensor(rows).float()[:, None]], 1)
    a = PEERS.mmdet["PointAssigner"](o["Scale"], o["Num"])
    return o, labelled(a.assign(standins.Instances(priors=points), truth))


def fcos(rng, s, instances):
    prior, truth, _ = instances
    o = {"Radius": rng.choice([0, 1, 1.5]), "Reach": rng.choice([2, 4, 8])}
    strides = [level["Stride"] for level in s["Levels"]]
    counts = [v["Width"] * v["Height"] * len(v["Shapes"]) for v in s["Levels"]]
    bounds = [-1] + [o["Reach"] * v for v in strides[:-1]] + [1e8]
    ranges = torch.cat([torch.tensor([[bounds[i], bounds[i + 1]]] * n) for i, n in enumerate(counts)])
    p = prior.priors
    head = SimpleNamespace(num_classes=-1, center_sampling=o["Radius"] > 0, center_sample_radius=o["Radius"], strides=strides)
    numbered = standins.Instances(bboxes=truth.bboxes, labels=torch.arange(len(truth.bboxes)))
    labels, _ = PEERS.fcos(head, numbered, (p[:, :2] + p[:, 2:]) / 2, ranges.float(), counts)
    return o, labels


def ssd(rng, candidates, truth):
    o = {"IoU": rng.choice([0.25, 0.5])}
    if not len(truth):
        return o, torch.full((len(candidates),), -1)
    priors = standins.corners_to_centres(candidates)
    loc, conf = torch.zeros(1, len(priors), 4), torch.zeros(1, len(priors), dtype=torch.long)
    PEERS.ssd(o["IoU"], truth, priors, (0.1, 0.2), torch.arange(len(truth)), loc, conf, 0)
    return o, conf[0] - 1


def caffe(rng, truth):
    """A grid of its own, of whole pixels, since the layer makes its anchors."""
    o = {"Pos": 0.5, "Neg": 0.3, "Clobber": rng.random() < 0.5, "Border": rng.choice([0, 4, 1000])}
    PEERS.caffe.train.RPN_POSITIVE_OVERLAP, PEERS.caffe.train.RPN_NEGATIVE_OVERLAP = 0.5, 0.3
    PEERS.caffe.train.RPN_CLOBBER_POSITIVES = o["Clobber"]
    layer = PEERS.caffe.Layer()
    cells, extent = 5, 40
    class Blob:
        def __init__(self, data=None):
            self.data = data
        def reshape(self, *shape):
            self.data = np.zeros(shape)
    layer.param_str_ = {"feat_stride": 8, "allowed_border": o["Border"],
                        "scales": [[0, 0, 7, 7], [-4, 0, 11, 7], [-4, -8, 11, 15]]}
    boxes = np.concatenate([truth.numpy(), np.ones((len(truth), 1))], 1)
    bottom = [Blob(np.zeros((1, 1, cells, cells))), Blob(boxes), Blob(np.array([[extent, extent, 1]]))]
    top = [Blob() for _ in range(4)]
    layer.setup(bottom, top)
    layer.forward(bottom, top)
    labels = top[0].data.reshape(3, cells, cells).transpose(1, 2, 0).ravel()
    shift = np.array([[8 * x, 8 * y, 8 * x, 8 * y] for y in range(cells) for x in range(cells)])
    anchors = (shift[:, None, :] + layer._anchors[None]).reshape(-1, 4).astype(float)
    own = standins.legacy_overlaps(anchors, boxes[:, :4]).argmax(1)
    return o, torch.tensor(np.where(labels == 1, own, np.where(labels == 0, -1, -2)))


def nwd_rka(rng, s, prior, truth):
    """The authors' similarity has terms of 1e-6 that break ties by rounding, and
    is 0 for objects far away, which makes every candidate positive: the objects
    leave the grid, and far ones are left out."""
    o = {"TopK": min(len(prior.priors), rng.choice([1, 2, 3]))}
    shaken = truth.bboxes.clone()
    for i in range(len(shaken)):
        for k in range(4):
            shaken[i, k] += scenes.mix(s["Seed"] + 4 * i + k) % 15 / 64
    near = shaken[:, 0] < 900
    a = PEERS.mmdet["RankingAssigner"](0.8, iou_calculator={"type": "NWD"}, assign_metric="wasserstein", topk=o["TopK"])
    return o, labelled(a.assign(prior.priors, shaken[near], None, truth.labels[near]))


def rfla(rng, prior, truth):
    o = {"TopK": min(len(prior.priors), rng.choice([1, 2, 3]))}
    a = PEERS.mmdet["HieAssigner"](iou_calculator={"type": "KL"}, topk=[o["TopK"], 1], ratio=0.9)
    return o, labelled(a.assign(prior.priors.clone(), truth.bboxes, None, truth.labels))


def results(s, rng):
    candidates, predicted, truth, classes, ignore = scenes.tensors(s)
    instances = (standins.Instances(priors=candidates, decoder_priors=predicted),
                 standins.Instances(bboxes=truth, labels=classes),
                 standins.Instances(bboxes=ignore))
    yield "torchvision", matcher("torchvision", rng, candidates, truth)
    yield "detectron2", matcher("detectron2", rng, candidates, truth)
    yield "max_iou", max_iou(rng, instances)
    yield "max_iou", max_iou(rng, instances)
    yield "atss", atss(rng, s, instances)
    yield "uniform", uniform(rng, instances)
    yield "center_region", center_region(rng, instances)
    yield "point", point(rng, s, instances)
    yield "fcos", fcos(rng, s, instances)
    yield "ssd", ssd(rng, candidates, truth)
    if len(truth) and not s["Crowd"]:
        yield "caffe", caffe(rng, (4 * truth).round() // 4)
    yield "nwd_rka", nwd_rka(rng, s, *instances[:2])
    yield "rfla", rfla(rng, *instances[:2])


def main():
    everything, rng = scenes.all_scenes()
    for s in everything:
        s["Results"] = [{"Peer": peer, "Options": o, **scenes.written(labels, s)} for peer, (o, labels) in results(s, rng)]
    text = json.dumps(everything, separators=(",", ":"))
    with open(OUT, "wb") as f:
        f.write(gzip.compress(text.encode(), 9, mtime=0))
    print(OUT, os.path.getsize(OUT), "bytes,", len(everything), "scenes")


PEERS = standins.load(sys.argv[1])
if __name__ == "__main__":
    main()
