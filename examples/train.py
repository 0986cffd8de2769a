"""A training program for detsample's comparisons: torchvision's RetinaNet on a
COCO folder. docs/trainers.md says what it is given and what it must leave.

    python train.py STRATEGY.yaml SEED DATA IMAGES OUT
"""

import json
import os
import sys

import detsample.torch as ds
import torch
from folder import COCOFolder, collate, ready
from torchvision.models.detection import RetinaNet
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone

strategy, seed, data, images, out = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
torch.manual_seed(seed)
train, test = COCOFolder(data, "train", flip=True), COCOFolder(data, "test")
size = max(max(i["width"], i["height"]) for i in train.images)
trunk = resnet_fpn_backbone(
    backbone_name="resnet18", weights=None, trainable_layers=5, returned_layers=[2, 3, 4], norm_layer=lambda n: torch.nn.GroupNorm(8, n))
anchors = AnchorGenerator(tuple((s, int(1.4 * s)) for s in (8, 16, 32, 64)), ((0.5, 1.0, 2.0),) * 4)
model = RetinaNet(trunk, len(train.category) + 1, min_size=size, max_size=size, anchor_generator=anchors, score_thresh=0.005).train()
attached = ds.attach(model, strategy, seed=seed)
optimiser = torch.optim.AdamW(model.parameters(), 5e-4)

drawn, seen, checkpoint = torch.randint(len(train), (images,)).tolist(), 0, f"{out}/checkpoint.pt"
if os.path.exists(checkpoint):  # the run was ended in the middle
    state = torch.load(checkpoint)
    seen, _, _, _ = state["seen"], model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"]), attached.load_state_dict(state["attached"])
torch.manual_seed(hash((seed, seen)))
with open(f"{out}/balance.jsonl", "a", encoding="utf-8") as log:
    for step, (pictures, targets) in enumerate(torch.utils.data.DataLoader(train, 4, sampler=drawn[seen:], collate_fn=collate), 1):
        loss = sum(model(ready(pictures, "cpu"), targets).values())
        if not torch.isfinite(loss):
            sys.exit(3)  # diverged
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
        optimiser.step()
        seen += len(pictures)
        for stage, balance in ds.balance(model).items():
            print(json.dumps({"seen": seen, "stage": stage, **balance.numbers()}), file=log, flush=True)
        if step % 25 == 0:
            torch.save({"seen": seen, "model": model.state_dict(), "optimiser": optimiser.state_dict(), "attached": attached.state_dict()}, checkpoint + ".part")
            os.replace(checkpoint + ".part", checkpoint)
test.detect(model, f"{out}/results.json")
