"""A COCO folder as detsample writes and reads it: pictures in train and test,
boxes in annotations/instances_train.json and instances_test.json."""

import json
import os
from pathlib import Path

import torch
from PIL import Image, ImageOps
from torchvision.transforms.functional import to_tensor


class COCOFolder(torch.utils.data.Dataset):
    """Pictures (3, H, W) from 0 to 1 and torchvision's targets, with image_id;
    labels from 1 in the order of the categories. Crowds and empty boxes are
    left out. A split that is called otherwise is named by its file, such as
    instances_val2017.json beside val2017."""

    def __init__(self, data, split, flip=False):
        with open(Path(data) / "annotations" / f"instances_{split}.json", encoding="utf-8") as f:
            coco = json.load(f)
        self.pictures, self.flip = Path(data) / split, flip
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
        with Image.open(self.pictures / image["file_name"]) as picture:
            pixels = to_tensor(ImageOps.exif_transpose(picture).convert("RGB"))
        objects = torch.tensor(self.objects[image["id"]]).reshape(-1, 5)
        boxes, labels = objects[:, :4].float(), objects[:, 4].long()
        if self.flip and torch.rand(()) < 0.5:
            pixels, boxes = pixels.flip(-1), boxes[:, [2, 1, 0, 3]] * torch.tensor([-1, 1, -1, 1]) + torch.tensor([1, 0, 1, 0]) * pixels.shape[-1]
        return pixels, {"boxes": boxes, "labels": labels, "image_id": torch.tensor(image["id"])}

    @torch.no_grad()
    def detect(self, model, path, device="cpu"):
        """Writes what the model detects as COCO results, whole or not at all."""
        model.eval()
        found = []
        for i, image in enumerate(self.images):
            d = {k: v.tolist() for k, v in model([self[i][0].to(device)])[0].items()}
            for (x, y, x2, y2), label, score in zip(d["boxes"], d["labels"], d["scores"]):
                if label > 0:  # torchvision's RetinaNet has a column for the background
                    found.append({"image_id": image["id"], "category_id": self.category[label], "bbox": [x, y, x2 - x, y2 - y], "score": score})
        with open(f"{path}.part", "w", encoding="utf-8") as f:
            json.dump(found, f)
        os.replace(f"{path}.part", path)
        model.train()


def collate(batch):
    return tuple(map(list, zip(*batch)))
