"""Writes what peers' samplers pick into the tests of sampling.

usage: generate.py MMDET SSD TF OUT

MMDET is the folder mmdet of mmdetection 3.3, SSD a checkout of ssd.pytorch, TF
the folder object_detection of TensorFlow's models, OUT the file to write,
sampling/testdata/peers.json.gz. Their sources are run as they are, one file at
a time, with small stand-ins for what they import.
"""

import gzip
import importlib.util
import io
import json
import os
import random
import sys
import types
import warnings

import torch
from torchvision.ops import nms
from torchvision.models.detection.ssd import SSD as TorchvisionSSD

MMDET, SSD_PYTORCH, OBJECT_DETECTION, OUT = sys.argv[1:]
warnings.filterwarnings("ignore")
rng = random.Random(1)
torch.manual_seed(1)


def module(name, **members):
    m = types.ModuleType(name)
    m.__path__ = []
    m.__dict__.update(members)
    sys.modules[name] = m
    return m


def load(name, path):
    """Runs one source file of mmdetection under its own name."""
    spec = importlib.util.spec_from_file_location(name, os.path.join(MMDET, path))
    m = importlib.util.module_from_spec(spec)
    sys.modules[name] = m
    spec.loader.exec_module(m)
    return m


class Registry:
    def register_module(self, *_, **__):
        return lambda c: c


class Fields:
    def __init__(self, **fields):
        self.__dict__.update(fields)


def overlaps(a, b, is_aligned):
    wh = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(min=0)
    inter = wh[:, 0] * wh[:, 1]
    area = lambda x: (x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1])
    return inter / (area(a) + area(b) - inter)


def nms_match(dets, iou):
    """Groups of greedy suppression; an IoU of exactly the threshold joins."""
    order = dets[:, 4].sort(descending=True).indices.tolist()
    groups = []
    while order:
        first, rest = order[0], order[1:]
        v = overlaps(dets[first : first + 1].expand(len(rest), -1)[:, :4], dets[rest][:, :4], True).tolist()
        groups.append([first] + [j for j, o in zip(rest, v) if o >= iou])
        order = [j for j, o in zip(rest, v) if o < iou]
    return groups


def stand_ins():
    module("mmengine")
    module("mmengine.structures", InstanceData=Fields)
    module("mmcv")
    module("mmcv.ops", nms_match=nms_match)
    module("mmdet")
    module("mmdet.registry", TASK_UTILS=Registry())
    module("mmdet.structures")
    module(
        "mmdet.structures.bbox",
        BaseBoxes=type("BaseBoxes", (), {}),
        cat_boxes=torch.cat,
        bbox2roi=lambda boxes: torch.cat([boxes[0].new_zeros(len(boxes[0]), 1), boxes[0]], 1),
        bbox_overlaps=overlaps,
    )
    module("mmdet.utils", util_mixins=Fields(NiceRepr=object))
    load("mmdet.utils.util_random", "utils/util_random.py")
    for name in ("mmdet.models", "mmdet.models.task_modules", "mmdet.models.task_modules.samplers", "mmdet.models.losses"):
        module(name)
    module("mmdet.models.task_modules.assigners", AssignResult=Fields)
    module("mmdet.models.task_modules.coders", BaseBBoxCoder=Fields)


def stable(sort):
    """Ties, which PyTorch's sort leaves open, go to the lower index."""
    return lambda x, dim=-1, descending=False: sort(x, dim=dim, descending=descending, stable=True)


stand_ins()
torch.Tensor.sort = stable(torch.Tensor.sort)
PACKAGE = "mmdet.models.task_modules.samplers"
for file in ("sampling_result", "base_sampler", "random_sampler", "instance_balanced_pos_sampler",
             "iou_balanced_neg_sampler", "ohem_sampler", "score_hlr_sampler"):
    load(f"{PACKAGE}.{file}", f"models/task_modules/samplers/{file}.py")
sys.modules[PACKAGE].SamplingResult = sys.modules[f"{PACKAGE}.sampling_result"].SamplingResult
isr_p = load("mmdet.models.losses.pisa_loss", "models/losses/pisa_loss.py").isr_p


def sampler(file, name):
    return getattr(sys.modules[f"{PACKAGE}.{file}"], name)


def assigned(gt, iou):
    """mmdetection's result of assignment: 0 is negative, 1 the first ground truth."""
    codes = torch.tensor([g + 1 if g >= -1 else -1 for g in gt])
    return Fields(gt_inds=codes, labels=codes * 0, max_overlaps=torch.tensor(iou, dtype=torch.float32))


def sample(s, gt, iou=None, boxes=None, truths=6, **more):
    n = len(gt)
    boxes = torch.tensor([[i, 0, i + 1, 1] for i in range(n)]).float() if boxes is None else boxes
    truth = torch.tensor([[0.0, 0, 1, 1]] * truths)
    return s.sample(assigned(gt, iou or [0.0] * n), Fields(priors=boxes), Fields(bboxes=truth, labels=torch.zeros(truths)), **more)


def labels(n, positive, ignored):
    out = []
    for _ in range(n):
        u = rng.random()
        out.append(rng.randrange(6) if u < positive else -2 if u < positive + ignored else -1)
    return out


def mined_by_mmdetection(gt, hardness, num, fraction, limit):
    h = torch.tensor(hardness).float()
    head = Fields(num_classes=1, loss=lambda cls_score, **_: {"loss_cls": h[cls_score[:, 0].long()]})
    context = Fields(bbox_head=head, _bbox_forward=lambda _, rois: {"cls_score": rois[:, 1:2]})
    s = sampler("ohem_sampler", "OHEMSampler")(num, fraction, context, neg_pos_ub=limit, add_gt_as_proposals=False)
    r = sample(s, gt, feats=None)
    return sorted(r.pos_inds.tolist() + r.neg_inds.tolist())


def mined_by_torchvision(gt, hardness, ratio):
    """compute_loss sums the losses of what it picks, so their gradient tells."""
    h = torch.tensor(hardness).float()[None].requires_grad_()
    space = dict(TorchvisionSSD.compute_loss.__globals__)
    space["F"] = Fields(cross_entropy=lambda *_, **__: h)
    space["torch"] = torch
    compute = types.FunctionType(TorchvisionSSD.compute_loss.__code__, space)
    n = len(gt)
    match = torch.tensor(gt)
    targets = [{"boxes": torch.zeros(6, 4), "labels": torch.ones(6, dtype=torch.long)}]
    outputs = {"bbox_regression": torch.zeros(1, n, 4), "cls_logits": torch.zeros(1, n, 2)}
    owner = Fields(neg_to_pos_ratio=ratio, box_coder=Fields(encode_single=lambda truth, _: truth))
    compute(owner, targets, outputs, [torch.zeros(n, 4)], [match])["classification"].backward()
    return h.grad[0].nonzero().flatten().tolist()


def ssd_pytorch():
    """The class MultiBoxLoss, with the two lines in the order that today's
    PyTorch needs, and a function that runs it and tells what it picks."""
    with open(os.path.join(SSD_PYTORCH, "layers", "modules", "multibox_loss.py")) as f:
        lines = [l for l in f.read().split("\n") if not l.startswith(("from data", "from ..box_utils"))]
    at = next(i for i, l in enumerate(lines) if "loss_c[pos] = 0" in l)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    state = Fields()

    def match(threshold, truths, priors, variance, labels, loc_t, conf_t, idx):
        loc_t[idx] = 0
        conf_t[idx] = state.target

    space = {"cfg": {"variance": None}, "match": match, "log_sum_exp": lambda _: state.loss[:, None]}
    exec("\n".join(lines), space)
    real = space["F"]

    def cross_entropy(conf, *_, **__):
        state.picked = conf[:, 2].long().tolist()
        return conf.sum()

    space["F"] = Fields(smooth_l1_loss=real.smooth_l1_loss, cross_entropy=cross_entropy)

    def mined(gt, hardness, ratio):
        n = len(gt)
        state.target = torch.tensor([1 if g >= 0 else 0 for g in gt])
        state.loss = torch.tensor(hardness).float()
        conf = torch.zeros(1, n, 3)
        conf[0, :, 2] = torch.arange(n).float()  # who is who
        criterion = space["MultiBoxLoss"](3, 0.5, True, 0, True, ratio, 0.5, False, False)
        criterion((torch.zeros(1, n, 4), conf, torch.zeros(n, 4)), [torch.zeros(1, 5)])
        return sorted(state.picked)

    return mined


mined_by_ssd_pytorch = ssd_pytorch()


class Value(torch.Tensor):
    """A tensor whose augmented assignments make new ones, as TensorFlow's do."""

    __imul__ = lambda a, b: a * b
    __iadd__ = lambda a, b: a + b


def hard_example_miner():
    """A function that runs TensorFlow's HardExampleMiner on one image and
    tells what it picks: the indices of its last gather."""
    with open(os.path.join(OBJECT_DETECTION, "core", "losses.py")) as f:
        source = f.read()
    state = Fields()

    def gather(x, i):
        state.picked = i.flatten().tolist()
        return x[i]

    tf = Fields(
        unstack=lambda x: [v.as_subclass(Value) for v in x],
        image=Fields(non_max_suppression=lambda box, score, k, iou: nms(box, score.as_subclass(torch.Tensor), torch.tensor(iou).item())[:k]),
        gather=gather, reduce_sum=torch.sum, stack=torch.stack, int32=torch.int32, float32=torch.float32,
        cast=lambda x, dtype: x.to(dtype), maximum=lambda a, b: torch.as_tensor(a).maximum(b), cumsum=lambda x: x.cumsum(0),
        less_equal=torch.less_equal, where=lambda x: x.nonzero(), logical_or=torch.logical_or, size=torch.numel,
        reshape=torch.reshape,
    )
    space = {"tf": tf}
    exec(source[source.index("class HardExampleMiner") :], space)

    def mined(gt, cls, loc, boxes, *settings):
        g = torch.tensor(gt)
        match = Fields(matched_column_indicator=lambda: g >= 0, unmatched_column_indicator=lambda: g == -1)
        num, iou, limit, least = settings
        miner = space["HardExampleMiner"](num, iou, "both", 0.05, 0.06, limit or None, least)
        box = torch.tensor(boxes)
        miner(torch.tensor([loc]), torch.tensor([cls]), [Fields(get=lambda: box, num_boxes=lambda: len(gt))], [match])
        return sorted(state.picked)

    return mined


mined_by_tensorflow = hard_example_miner()


def suppression():
    n = rng.randrange(10, 60)
    gt = labels(n, rng.choice([0, 0.1, 0.3]), 0)
    cls = [round(rng.uniform(0, 4), 4) for _ in gt]
    loc = [round(rng.uniform(0, 4), 4) if g >= 0 else 0.0 for g in gt]
    boxes = [quarter_box(12) for _ in gt]
    settings = rng.choice([6, 20, 64]), rng.choice([0.2, 0.7]), rng.choice([0, 1, 3]), rng.choice([0, 2])
    return {
        "gt": gt, "cls": cls, "box": loc, "decoded": sum(boxes, []), "num": settings[0], "iou": settings[1],
        "limit": settings[2], "min": settings[3], "picked": mined_by_tensorflow(gt, cls, loc, boxes, *settings),
    }


def mining(scene):
    n = rng.randrange(8, 70)
    gt = labels(n, rng.choice([0, 0.05, 0.2, 0.4]), rng.choice([0, 0.15]))
    hardness = list(range(1, n + 1))
    rng.shuffle(hardness)
    num, fraction, limit = rng.choice([4, 16, 32]), rng.choice([0.25, 0.5, 1]), rng.choice([-1, 2, 3])
    ratio = rng.choice([1, 3, 5])
    out = {"gt": gt, "hardness": hardness, "num": num, "fraction": fraction, "limit": limit, "ratio": ratio}
    out["mmdetection"] = mined_by_mmdetection(gt, hardness, num, fraction, limit)
    if scene % 2:  # ties, and negatives without loss
        hardness = [h // 3 * (h % 5 > 0) for h in hardness]
        out["ties"] = hardness
    gt = [max(g, -1) for g in gt]  # neither of the two ignores
    out["torchvision"] = mined_by_torchvision(gt, hardness, ratio)
    out["ssd_pytorch"] = mined_by_ssd_pytorch(gt, hardness, ratio)
    return out


def quarter_box(extent=24):
    x, y = rng.randrange(4 * extent) / 4, rng.randrange(4 * extent) / 4
    return [x, y, x + rng.randrange(16, 60) / 4, y + rng.randrange(16, 60) / 4]


def score_hlr():
    n = rng.randrange(10, 60)
    gt = labels(n, 0.1, 0.1)
    scores = rng.sample(range(1, 770), n)
    scores = [s if rng.random() < 0.7 else s % 50 for s in scores]
    decoded = [quarter_box() for _ in range(n)]
    num = max(rng.choice([8, 16, 48]), 1 + sum(g >= 0 for g in gt))  # the peer fails where no negative is wanted
    power, bias = rng.choice([(0.5, 0.0), (2.0, 0.25)])
    p = torch.tensor(scores).float() / 1024
    logits = torch.stack([p, p / 4, 1 - 1.25 * p], 1).log()
    valid = sum(1 for g, s in zip(gt, scores) if g == -1 and s / 1024 > 0.05)
    k = min(sum(g == -1 for g in gt), num - sum(g >= 0 for g in gt))
    # Where low scores fill up at random, all losses are equal, so that the
    # weights do not depend on which.
    loss = torch.tensor([rng.randrange(1, 100) / 16 if k <= valid else 1.0 for _ in range(n)])
    head = Fields(
        num_classes=2,
        loss=lambda cls_score, **_: {"loss_cls": loss[[i for i, g in enumerate(gt) if g == -1]]},
        bbox_coder=Fields(decode=lambda _, pred: pred),
    )
    box = torch.tensor(decoded)

    def forward(_, rois):
        i = rois[:, 1].long()
        return {"cls_score": logits[i], "bbox_pred": box[i].repeat(1, 2)}

    context = Fields(bbox_head=head, _bbox_forward=forward, bbox_roi_extractor=None, with_shared_head=False)
    s = sampler("score_hlr_sampler", "ScoreHLRSampler")(num, 1.0, context, add_gt_as_proposals=False, k=power, bias=bias)
    r, weights = sample(s, gt, feats=None)
    return {
        "gt": gt, "scores": scores, "decoded": sum(decoded, []), "loss": loss.tolist(), "num": num, "power": power, "bias": bias,
        "pos": r.pos_inds.tolist(), "neg": r.neg_inds.tolist(), "ranked": min(valid, k),
        "weight": [] if weights is None else [round(w, 6) for w in weights.tolist()],
    }


def isr_positive():
    images, classes, truths = [], [], []
    for _ in range(2):
        truth = [quarter_box() for _ in range(3)]
        cls = [rng.randrange(2) for _ in truth]
        gt = [rng.randrange(3) for _ in range(rng.randrange(1, 14))]
        decoded = [[round(v + rng.uniform(-2, 2), 3) for v in truth[g]] for g in gt]
        images.append({"gt": gt, "decoded": decoded, "truth": truth, "class": cls})
    label = torch.tensor([m["class"][g] for m in images for g in m["gt"]])
    pred = torch.tensor([b for m in images for b in m["decoded"]])
    target = torch.tensor([m["truth"][g] for m in images for g in m["gt"]])
    loss = torch.tensor([rng.randrange(1, 60) / 16 for _ in label])
    weight = torch.ones(len(label))
    power, bias = rng.choice([(2.0, 0.0), (1.0, 0.2)])
    results = [Fields(pos_assigned_gt_inds=torch.tensor(m["gt"])) for m in images]
    _, weight, _, _ = isr_p(
        torch.zeros(len(label), 2), pred, (label, weight, target, None), torch.zeros(len(label), 4), results,
        lambda *_, **__: loss, Fields(decode=lambda _, d: d), k=power, bias=bias, num_class=2,
    )
    return {"images": images, "loss": loss.tolist(), "power": power, "bias": bias, "weight": [round(w, 6) for w in weight.tolist()]}


def counts(draws=300):
    """How often each candidate is drawn, and how many of each kind."""
    n = rng.randrange(40, 90)
    skew = rng.choice([0, 0.3, 0.8])
    skewed = lambda: 0 if rng.random() < skew else rng.choice([1, 2, 3, 4, 5])
    gt = [skewed() if g >= 0 else g for g in labels(n, rng.choice([0.1, 0.3, 0.5]), 0.1)]
    iou = [rng.choice([0, 0, rng.randrange(500) / 1000, rng.randrange(200) / 1000]) if g < 0 else rng.randrange(500, 1001) / 1000 for g in gt]
    num, fraction, limit = rng.choice([12, 24, 40]), rng.choice([0.25, 0.5]), rng.choice([-1, 2])
    kind = rng.choice(["random", "instance_balanced", "iou_balanced", "iou_balanced"])
    out = {"gt": gt, "iou": iou, "num": num, "fraction": fraction, "limit": limit, "kind": kind, "draws": draws}
    more = {}
    if kind == "iou_balanced":
        more = {"floor_thr": rng.choice([-1, 0, 0.1]), "floor_fraction": rng.choice([0, 0.25]), "num_bins": rng.choice([1, 3, 4])}
        out.update({"floor": more["floor_thr"], "floor_fraction": more["floor_fraction"], "bins": more["num_bins"]})
    file, name = {
        "random": ("random_sampler", "RandomSampler"),
        "instance_balanced": ("instance_balanced_pos_sampler", "InstanceBalancedPosSampler"),
        "iou_balanced": ("iou_balanced_neg_sampler", "IoUBalancedNegSampler"),
    }[kind]
    drawn, kinds = [0] * n, set()
    for _ in range(draws):
        s = sampler(file, name)(num, fraction, neg_pos_ub=limit, add_gt_as_proposals=False, **more)  # afresh: it changes its floor
        r = sample(s, gt, iou)
        kinds.add((len(r.pos_inds), len(r.neg_inds)))
        for i in r.pos_inds.tolist() + r.neg_inds.tolist():
            drawn[i] += 1
    if kind == "instance_balanced" and len(kinds) > 1:
        # Where ground truths have too few, the peer draws the rest from all
        # positives (its sets of tensors never match), and then drops doubles.
        return counts(draws)
    assert len(kinds) == 1, kinds
    out["pos"], out["neg"] = kinds.pop()
    out["drawn"] = drawn
    return out


golden = {
    "mining": [mining(i) for i in range(240)],
    "suppression": [suppression() for _ in range(200)],
    "score_hlr": [score_hlr() for _ in range(200)],
    "isr_p": [isr_positive() for _ in range(200)],
    "counts": [counts() for _ in range(40)],
}
text = json.dumps(golden, separators=(",", ":")).encode()
buffer = io.BytesIO()
with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as f:
    f.write(text)
os.makedirs(os.path.dirname(OUT), exist_ok=True)
with open(OUT, "wb") as f:
    f.write(buffer.getvalue())
print(len(text), len(buffer.getvalue()))
