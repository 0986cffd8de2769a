"""Weights at which the strategies of a comparison pull on the trunk alike: the
loss of each stage, times its weight here, has at the trunk's output the gradient
of the first strategy's that trains the same stages. So a comparison of what is
chosen is none of how large its loss is. The networks that are asked are those
that the first strategy trains on.

    python scale.py --data scenes --config compare.yaml --size 256 NAME NAME ...
"""

import argparse

import detsample
import detsample.torch as ds
import torch
from folder import COCOFolder, collate, ready
from retinanet import detector

PARTS = {
    "classification": "dense.cls_weight", "bbox_regression": "dense.box_weight", "loss_objectness": "rpn.cls_weight",
    "loss_rpn_box_reg": "rpn.box_weight", "loss_classifier": "roi.cls_weight", "loss_box_reg": "roi.box_weight"}


def gradients(model, pictures, targets):
    """Of each loss, the size of its gradient at the trunk's output; and their sum."""
    maps = []
    hook = model.backbone.register_forward_hook(lambda m, i, out: maps.extend(out.values()))
    losses = model(pictures, targets)
    hook.remove()
    found = {}
    for name, loss in losses.items():
        g = torch.autograd.grad(loss, maps, retain_graph=True, allow_unused=True)
        found[PARTS[name]] = sum(float((x.double() ** 2).sum()) for x in g if x is not None)
    return found, sum(losses.values())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True)
    p.add_argument("--config", required=True, help="a comparison")
    p.add_argument("--images", type=int, default=800, help="that the first strategy is trained on, and all are asked on (800)")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--size", type=int, default=256)
    p.add_argument("--smallest", type=int, default=12)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("names", nargs="+", help="strategies of one kind of detector, the first of which is the measure")
    o = p.parse_args()

    torch.manual_seed(0)
    train = COCOFolder(o.data, "train", flip=True)
    models = []
    for name in o.names:
        strategy = detsample.Strategy.load(o.config, name)
        kind = "fasterrcnn" if "roi" in strategy.stages else "retinanet"
        model = detector(kind, len(train.category), o.size, o.smallest).to(o.device).train()
        ds.attach(model, strategy)
        models.append(model)
    first = models[0]
    steps = max(1, o.images // o.batch)
    optimiser = torch.optim.AdamW(first.parameters(), o.lr)
    drawn = torch.utils.data.RandomSampler(train, replacement=True, num_samples=steps * o.batch)
    sums = [{} for _ in models]
    for step, (pictures, targets) in enumerate(torch.utils.data.DataLoader(train, o.batch, sampler=drawn, collate_fn=collate)):
        pictures = ready(pictures, o.device)
        targets = [{k: v.to(o.device) if k in ("boxes", "labels") else v for k, v in t.items()} for t in targets]
        for model in models[1:]:
            model.load_state_dict(first.state_dict())
        for model, total in zip(models, sums):
            found, loss = gradients(model, pictures, targets)
            for part, square in found.items():
                total[part] = total.get(part, 0) + square
            if model is first:
                mine = loss
        for group in optimiser.param_groups:
            group["lr"] = o.lr * min(1, (step + 1) / (steps // 10 + 1))
        optimiser.zero_grad()
        mine.backward()
        torch.nn.utils.clip_grad_norm_(first.parameters(), 10)
        optimiser.step()
    for name, total in zip(o.names, sums):
        print(name + ": " + ", ".join(f"{part} {(sums[0][part] / square) ** 0.5:.3g}" for part, square in total.items()), flush=True)


if __name__ == "__main__":
    main()
