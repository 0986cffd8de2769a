"""RoIAlign: its value, and its gradient by the features."""

import torch
from torchvision.ops import roi_align

from operation import Operation


def features(inputs):
    return inputs["features"].permute(0, 3, 1, 2).contiguous()


def pool(x, regions, scale):
    return roi_align(x, [regions], 7, scale, 2, aligned=True)


def value(inputs, scale):
    x, regions = features(inputs), inputs["regions"]

    def results(way):
        return {"pooled": way().permute(0, 2, 3, 1)}

    return Operation({"roi_align": lambda: pool(x, regions, scale)}, results)


def value_and_gradient(inputs, scale):
    x, regions = features(inputs).requires_grad_(), inputs["regions"]
    above = inputs["above"].permute(0, 3, 1, 2).contiguous()

    def way():
        x.grad = None
        with torch.enable_grad():
            y = pool(x, regions, scale)
        y.backward(above)
        return y.detach(), x.grad

    def results(way):
        y, gradient = way()
        return {"pooled": y.permute(0, 2, 3, 1), "gradient": gradient.permute(0, 2, 3, 1)}

    return Operation({"roi_align, autograd": way}, results)
