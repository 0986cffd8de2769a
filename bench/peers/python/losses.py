"""Classification losses: value and gradient over a batch of logits."""

import torch
import torch.nn.functional as F
from torchvision.ops import sigmoid_focal_loss

from compiling import compiled, compiles
from operation import Operation

# Elements that the closed forms take at a time, few enough for the second-level cache.
PIECE = 1 << 15


def autograd(logits, loss, after=None):
    """A way: the value of loss and, by autograd, its gradient, of which a loss with a memory takes note after."""
    logits = logits.clone().requires_grad_()

    def way():
        logits.grad = None
        with torch.enable_grad():
            value = loss(logits)
        value.backward()
        if after:
            after(logits.grad)
        return {"value": value.detach(), "gradient": logits.grad}

    return way


def ways(logits, loss, name, after=None, **others):
    """The ways to take a loss and its gradient: as it stands, others that compute the same, and compiled, its forward and
    backward pass each, as a training program has them, or both in one."""
    found = {name: autograd(logits, loss, after)}
    found.update({n: autograd(logits, other, after) for n, other in others.items()})
    if compiles():
        after = after and compiled(after)
        found[f"{name}, compiled"] = autograd(logits, compiled(loss), after)
        found[f"{name}, compiled with its gradient"] = fused(logits, loss, after)
    return found


def fused(logits, loss, after=None):
    """A way: value and gradient as one function, compiled."""
    both = compiled(torch.func.grad_and_value(loss))

    def way():
        gradient, value = both(logits)
        if after:
            after(gradient)
        return {"value": value, "gradient": gradient}

    return way


def mmdetection(module):
    """A module of mmdetection's losses, which need not be there for other losses."""
    import openmmlab

    return openmmlab.loss(module)


def one_hot(inputs):
    """The logits and the targets beside them, made before anything is timed."""
    logits, target = inputs["logits"], inputs["class"]
    rows = (target >= 0).nonzero()[:, 0]
    hot = torch.zeros_like(logits)
    hot[rows, target[rows]] = 1
    return logits, hot


def focal(inputs):
    logits, target = one_hot(inputs)
    scripted = torch.jit.script(sigmoid_focal_loss)
    return Operation(ways(logits, lambda x: sigmoid_focal_loss(x, target, 0.25, 2, "sum"), "sigmoid_focal_loss") | {
        "sigmoid_focal_loss, scripted": autograd(logits, lambda x: scripted(x, target, 0.25, 2.0, "sum")),
    })


def bce(inputs):
    logits, target = one_hot(inputs)
    loss = F.binary_cross_entropy_with_logits
    scripted = torch.jit.script(summed_bce)
    return Operation(ways(logits, lambda x: loss(x, target, reduction="sum"), "binary_cross_entropy_with_logits") | {
        "binary_cross_entropy_with_logits, scripted": autograd(logits, lambda x: scripted(x, target)),
    })


def summed_bce(x, target):
    return F.binary_cross_entropy_with_logits(x, target, reduction="sum")


def softmax(inputs):
    logits, target = with_background(inputs)
    return Operation(ways(logits, lambda x: F.cross_entropy(x, target, reduction="sum"), "cross_entropy") | {
        "log_softmax, nll_loss": autograd(logits, lambda x: F.nll_loss(F.log_softmax(x, 1), target, reduction="sum")),
    })


def with_background(inputs):
    """The logits and the column of each row's truth, the background's the last."""
    logits, target = inputs["logits"], inputs["class"]
    return logits, torch.where(target < 0, logits.shape[1] - 1, target)


def background(logits, piece, buffers, step, positives, correct):
    """A way: step on pieces of the logits as if all were background, then
    correct at the positives, which are few."""
    logits = logits.reshape(-1)
    gradient = torch.empty_like(logits)
    piece = min(piece, len(logits))
    buffers = [torch.empty(piece) for _ in range(buffers)]
    pieces = [(x, g, [b[: len(x)] for b in buffers]) for x, g in zip(logits.split(piece), gradient.split(piece))]

    def way():
        value = 0.0
        for x, g, b in pieces:
            value += step(x, g, *b)
        more, gradient[positives] = correct(logits[positives], gradient[positives])
        return {"value": value + more.item(), "gradient": gradient}

    return way


def pieced(logits, **how):
    return {
        "closed form": background(logits, logits.numel(), **how),
        "closed form, piece by piece": background(logits, PIECE, **how),
    }


def exact_dot():
    """torch.dot, or where the BLAS under it adds up so few sums side by side that it
    loses what is small beside them, a sum of products in its place."""
    tenths = torch.full((2**25,), 0.1)
    if abs(torch.dot(tenths, tenths).item() / (0.01 * len(tenths)) - 1) < 1e-6:
        return lambda a, b: torch.dot(a, b).item()
    return lambda a, b: (a * b).sum().item()


def focal_by_hand(inputs):
    """The gradient of the focal loss, gamma 2, in as few passes as PyTorch has operators for."""
    logits, target = one_hot(inputs)
    dot = exact_dot()

    def step(x, g, p, n, f):
        torch.sigmoid(x, out=p)
        torch._C._nn.softplus(x, out=n)
        torch.mul(p, p, out=f)
        value = dot(f, n)
        torch.addcmul(n, p, n, value=-1, out=g)  # (1-p) n
        torch.add(p, g, alpha=2, out=g)
        g.mul_(f).mul_(0.75)
        return 0.75 * value

    def correct(x, g):
        q, n = torch.sigmoid(-x), F.softplus(-x)
        p, m = torch.sigmoid(x), F.softplus(x)
        value = (0.25 * q * q * n - 0.75 * p * p * m).sum()
        return value, -0.25 * q * q * (2 * (1 - q) * n + q)

    positives = target.reshape(-1).nonzero()[:, 0]
    return Operation(pieced(logits, buffers=3, step=step, positives=positives, correct=correct))


def bce_by_hand(inputs):
    logits, target = one_hot(inputs)

    def step(x, g, n):
        torch.sigmoid(x, out=g)
        torch._C._nn.softplus(x, out=n)
        return n.sum().item()

    positives = target.reshape(-1).nonzero()[:, 0]
    return Operation(pieced(logits, buffers=1, step=step, positives=positives, correct=lambda x, g: (-x.sum(), g - 1)))


def softmax_by_hand(inputs):
    logits, target = with_background(inputs)
    target = target[:, None]

    def way(rows):
        gradient = torch.empty_like(logits)
        pieces = list(zip(logits.split(rows), target.split(rows), gradient.split(rows)))
        minus = torch.full((min(rows, len(logits)), 1), -1.0)

        def run():
            value = 0.0
            for x, t, g in pieces:
                torch.log_softmax(x, 1, out=g)
                value -= g.gather(1, t).sum().item()
                g.exp_().scatter_add_(1, t, minus[: len(x)])
            return {"value": value, "gradient": gradient}

        return run

    return Operation({
        "closed form": way(len(logits)),
        "closed form, piece by piece": way(max(1, PIECE // logits.shape[1])),
    })
