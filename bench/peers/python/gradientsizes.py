"""The norm of every row's gradient, which importance sampling draws by: of the loss's gradient by autograd, and of the gradient
written by hand, which needs no loss and compiles into one pass."""

import torch
import torch.nn.functional as F
from torchvision.ops import sigmoid_focal_loss

from compiling import compiled, compiles
from losses import autograd, one_hot, with_background
from operation import Operation


def norms(gradient):
    return gradient.square().sum(1).sqrt()


def sizes(logits, loss, gradient):
    """The ways to take the sizes, of a loss and of its gradient by hand."""

    def of(way, norms):
        return lambda: {"size": norms(way()["gradient"])}

    def by_hand(x):
        return norms(gradient(x))

    found = {"autograd, norm": of(autograd(logits, loss), norms), "gradient by hand, norm": lambda: {"size": by_hand(logits)}}
    if compiles():
        both, hand = compiled(lambda x: norms(torch.func.grad(loss)(x))), compiled(by_hand)
        found["autograd, norm, compiled"] = of(autograd(logits, compiled(loss)), compiled(norms))
        found["gradient and norm, compiled"] = lambda: {"size": both(logits)}
        found["gradient by hand and norm, compiled"] = lambda: {"size": hand(logits)}
    return Operation(found)


def focal(inputs):
    logits, hot = one_hot(inputs)
    sign, weight = 1 - 2 * hot, torch.where(hot > 0, -0.25, 0.75)

    def gradient(x):
        wrong = sign * x  # the logit of being wrong
        q = wrong.sigmoid()
        return weight * q.square() * (2 * (1 - q) * F.softplus(wrong) + q)

    return sizes(logits, lambda x: sigmoid_focal_loss(x, hot, 0.25, 2, "sum"), gradient)


def bce(inputs):
    logits, hot = one_hot(inputs)
    return sizes(logits, lambda x: F.binary_cross_entropy_with_logits(x, hot, reduction="sum"), lambda x: x.sigmoid() - hot)


def exclusive(inputs, smoothing):
    logits, target = with_background(inputs)
    soft = F.one_hot(target, logits.shape[1]) * (1 - smoothing) + smoothing / logits.shape[1]
    return sizes(logits, lambda x: F.cross_entropy(x, target, reduction="sum", label_smoothing=smoothing), lambda x: x.softmax(1) - soft)


def softmax(inputs):
    return exclusive(inputs, 0.0)


def label_smoothing(inputs):
    return exclusive(inputs, 0.1)
