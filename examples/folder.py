"""A COCO folder as detsample writes and reads it: pictures in train and test,
boxes in annotations/instances_train.json and instances_test.json."""

import json
import os
from pathlib import Path

import torch
from PIL import Image, ImageOps
from torchvision.transforms.functional import pil_to_tensor


class COCOFolder(torch.utils.data.Dataset):
    """Pictures (3, H, W) of bytes and torchvision's targets, with image_id;
    labels from 1 in the order of the categories. Crowds and empty boxes are
    left out. A split that is called otherwise is named by its file, such as
    instances_val2017.json beside val2017. keep: how many pictures stay in
    memory once they have been read."""

    def __init__(self, data, split, flip=False, keep=0):
        with open(Path(data) / "annotations" / f"instances_{split}.json", encoding="utf-8") as f:
            coco = json.load(f)
        self.pictures, self.flip, self.keep, self.kept = Path(data) / split, flip, keep, {}
        self.category = {i + 1: c["id"] for i, c in enumerate(coco["categories"])}
        label = {c: i for i, c in self.category.items()}
        self.images = coco["images"]
        self.objects = {i["id"]: [] for i in self.images}
        for a in coco["annotations"]:
            x, y, w, h = a["bbox"]
            if w > 0 and h > 0 and not a.get("iscrowd"):
                self.objects[a["image_id"]].append((x, y, x + w, y + h, label[a["category_id"]]))

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image = self.images[i]
        pixels = self.picture(i, image["file_name"])
        objects = torch.tensor(self.objects[image["id"]]).reshape(-1, 5)
        boxes, labels = objects[:, :4].float(), objects[:, 4].long()
        if self.flip and torch.rand(()) < 0.5:
            pixels, boxes = pixels.flip(-1), boxes[:, [2, 1, 0, 3]] * torch.tensor([-1, 1, -1, 1]) + torch.tensor([1, 0, 1, 0]) * pixels.shape[-1]
        return pixels, {"boxes": boxes, "labels": labels, "image_id": torch.tensor(image["id"])}

    def picture(self, i, name):
        if i in self.kept:
            return self.kept[i]
        with Image.open(self.pictures / name) as picture:
            pixels = pil_to_tensor(ImageOps.exif_transpose(picture).convert("RGB"))
        if len(self.kept) < self.keep:
            self.kept[i] = pixels
        return pixels

    @torch.no_grad()
    def detect(self, model, path, device="cpu", batch=1):
        """Writes what the model detects as COCO results, whole or not at all."""
        model.eval()
        found = []
        for first in range(0, len(self), batch):
            some = range(first, min(first + batch, len(self)))
            for i, d in zip(some, model(ready([self[i][0] for i in some], device))):
                for (x, y, x2, y2), label, score in zip(d["boxes"].tolist(), d["labels"].tolist(), d["scores"].tolist()):
                    if label > 0:  # torchvision's RetinaNet has a column for the background
                        box = [x, y, x2 - x, y2 - y]
                        found.append({"image_id": self.images[i]["id"], "category_id": self.category[label], "bbox": box, "score": score})
        with open(f"{path}.part", "w", encoding="utf-8") as f:
            json.dump(found, f)
        os.replace(f"{path}.part", path)
        model.train()


def ready(pictures, device):
    """Values from 0 to 1, as models take them."""
    return [p.to(device, non_blocking=True) / 255 for p in pictures]


def collate(batch):
    return tuple(map(list, zip(*batch)))
