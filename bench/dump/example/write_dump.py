import numpy as np

rng = np.random.default_rng(1)  # stand-ins: put your detector's own numbers here
logits = rng.normal(-3, 1, (2, 300, 3))  # (images, anchors, classes), before the sigmoid
boxes = np.tile([10.0, 10.0, 40.0, 30.0], (300, 1)) + rng.uniform(0, 60, (300, 1))  # x1 y1 x2 y2
labels = rng.choice([3, 3, 3, 3, 3, 3, -1, 0, 1, 2], (2, 300))  # 3, the number of classes, is background
np.savez("dump.npz", label_map="mmdetection", link="sigmoid",
         logits=logits.astype(np.float32), boxes=boxes.astype(np.float32), labels=labels)
