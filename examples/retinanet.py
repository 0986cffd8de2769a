"""Trains torchvision's RetinaNet or Faster R-CNN from scratch with any strategy
for it, on a COCO folder: a small trunk (ResNet-18), one GPU or the CPU.

    detsample scenes --out scenes --size 256
    python retinanet.py --data scenes --strategy focal.yaml --out runs/focal-0 --seed 0
    detsample eval --gt scenes/annotations/instances_test.json --dt runs/focal-0/results.json
"""

import argparse
import json
import time
from pathlib import Path

import detsample
import detsample.torch as ds
import torch
from folder import COCOFolder, collate, ready
from torch import nn
from torchvision.models import detection
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone


def detector(kind, classes, size, smallest):
    """A detector whose anchors begin at the smallest side in pixels."""
    trunk = resnet_fpn_backbone(
        backbone_name="resnet18", weights=None, trainable_layers=5, norm_layer=lambda n: nn.GroupNorm(8, n),
        returned_layers=[1, 2, 3, 4] if kind == "fasterrcnn" else [2, 3, 4])
    levels = 5 if kind == "fasterrcnn" else 4
    sides = [int(smallest * 2**i) for i in range(levels)]
    sizes = {"min_size": size, "max_size": size}
    if kind == "fasterrcnn":
        anchors = AnchorGenerator(tuple((s,) for s in sides), ((0.5, 1.0, 2.0),) * levels)
        return detection.FasterRCNN(trunk, classes + 1, rpn_anchor_generator=anchors, box_score_thresh=0.005, **sizes)
    anchors = AnchorGenerator(tuple((s, int(s * 2 ** (1 / 3)), int(s * 2 ** (2 / 3))) for s in sides), ((0.5, 1.0, 2.0),) * levels)
    return detection.RetinaNet(trunk, classes + 1, anchor_generator=anchors, score_thresh=0.005, **sizes)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True, help="COCO folder: train, test, annotations")
    p.add_argument("--strategy", help="YAML of a strategy, or of a comparison with --name; torchvision's own losses without it")
    p.add_argument("--name", help="strategy of a comparison")
    p.add_argument("--out", required=True, type=Path, help="folder for results.json, balance.jsonl and the last state")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--model", choices=["retinanet", "fasterrcnn"], help="by the strategy's stages if not given")
    p.add_argument("--images", type=int, default=20000, help="images seen in training (20000)")
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--lr", type=float, default=5e-4, help="of AdamW, after a warm-up, falling along a cosine (0.0005)")
    p.add_argument("--size", type=int, default=256, help="longest side of a picture as trained on (256)")
    p.add_argument("--smallest", type=int, default=12, help="side of the smallest anchor in pixels (12)")
    p.add_argument("--checkpoints", type=int, default=4, help="evaluations along training, the last at its end (4)")
    p.add_argument("--workers", type=int, default=4, help="processes that load pictures, and assign anchors with --assign-in-workers (4)")
    p.add_argument("--keep", type=int, default=0, help="pictures that each of them keeps in memory, for sets that fit (0)")
    p.add_argument("--assign-in-workers", action="store_true")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--amp", action="store_true", help="mixed precision: float16 on a GPU")
    p.add_argument("--train", default="train", help="the split to train on, such as train2017")
    p.add_argument("--test", default="test", help="the split to detect on, such as val2017")
    o = p.parse_args()

    torch.manual_seed(o.seed)
    device = torch.device(o.device)
    train, test = COCOFolder(o.data, o.train, flip=True, keep=o.keep), COCOFolder(o.data, o.test, keep=o.keep)
    strategy = detsample.Strategy.load(o.strategy, o.name) if o.strategy else None
    kind = o.model or ("fasterrcnn" if strategy and "roi" in strategy.stages else "retinanet")
    model = detector(kind, len(train.category), o.size, o.smallest).to(device).train()
    if strategy:
        ds.attach(model, strategy, seed=o.seed)
        for w in ds.warnings(model):
            print("warning:", w)
    steps = max(1, o.images // o.batch)
    drawn = torch.utils.data.RandomSampler(train, replacement=True, num_samples=steps * o.batch)
    loader = torch.utils.data.DataLoader(
        train, o.batch, sampler=drawn, num_workers=o.workers, collate_fn=ds.collate(model) if o.assign_in_workers else collate)
    optimiser = torch.optim.AdamW(model.parameters(), o.lr)
    warmup = min(200, steps // 10 + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1, (s + 1) / warmup) * 0.5 * (1 + torch.cos(torch.tensor(torch.pi * s / steps)).item()))
    half = torch.float16 if device.type == "cuda" else torch.bfloat16
    scaler = (torch.amp if hasattr(torch.amp, "GradScaler") else torch.cuda.amp).GradScaler(enabled=o.amp and device.type == "cuda")
    o.out.mkdir(parents=True, exist_ok=True)
    evaluate = {round(steps * (k + 1) / o.checkpoints) for k in range(o.checkpoints)}
    start = time.time()
    with open(o.out / "balance.jsonl", "w", encoding="utf-8") as log:
        for step, (pictures, targets) in enumerate(loader, 1):
            pictures = ready(pictures, device)
            targets = [{k: v.to(device) if k in ("boxes", "labels") else v for k, v in t.items()} for t in targets]
            with torch.autocast(device.type, half, enabled=o.amp):
                losses = model(pictures, targets)
            loss = sum(losses.values())
            if not torch.isfinite(loss):
                print(f"diverged after {step * o.batch} images")
                raise SystemExit(3)
            optimiser.zero_grad(set_to_none=True)
            scaler.scale(loss).backward()
            scaler.unscale_(optimiser)
            nn.utils.clip_grad_norm_(model.parameters(), 10)
            scaler.step(optimiser)
            scaler.update()
            schedule.step()
            if step % 20 == 0 or step == steps:
                left = (time.time() - start) / step * (steps - step)
                print(f"{step * o.batch:7d} images  loss {loss.item():.3f}  {left / 60:.1f} min left", flush=True)
                for stage, b in (ds.balance(model) if strategy else {}).items():
                    print(json.dumps({"seen": step * o.batch, "stage": stage, **b.numbers()}), file=log, flush=True)
            if step in evaluate:
                name = "results.json" if step == steps else f"results_{step * o.batch}.json"
                test.detect(model, o.out / name, device, o.batch)
    print(f"{step * o.batch} images in {time.time() - start:.0f} s", flush=True)
    torch.save({"model": model.state_dict(), "strategy": strategy and strategy.yaml}, o.out / "model.pt")
    if strategy:
        for w in ds.warnings(model):
            print("warning:", w)


if __name__ == "__main__":
    main()
