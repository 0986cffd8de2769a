"""The other classification losses: mmdetection's where it has the loss, beside the paper's formula over all elements, which
compiles into one pass."""

import torch
import torch.nn.functional as F

from losses import mmdetection, one_hot, ways, with_background
from operation import Operation


def bce(x, y):
    return F.binary_cross_entropy_with_logits(x, y, reduction="none")


def of_formula(logits, formula, after=None, **others):
    """The ways of a formula that returns the losses of all elements, or rows."""
    return Operation(ways(logits, lambda x: formula(x).sum(), "formula", after, **others))


def soft(inputs):
    """The logits, the classes with the background last, and each row's quality as the target of its class."""
    logits, hot = one_hot(inputs)
    return logits, torch.where(inputs["class"] < 0, logits.shape[1], inputs["class"]), hot * inputs["quality"][:, None]


def alpha_ce(inputs):
    logits, hot = one_hot(inputs)
    weight = torch.where(hot > 0, 0.75, 0.25)
    return of_formula(logits, lambda x: F.binary_cross_entropy_with_logits(x, hot, weight, reduction="none"))


def quality_focal(inputs):
    logits, label, target = soft(inputs)
    quality, loss = inputs["quality"], mmdetection("gfocal_loss").quality_focal_loss
    return of_formula(logits, lambda x: (target - x.sigmoid()).square() * bce(x, target),
                      quality_focal_loss=lambda x: loss(x, (label, quality), beta=2.0, reduction="sum"))


def varifocal(inputs):
    logits, _, target = soft(inputs)
    loss = mmdetection("varifocal_loss").varifocal_loss

    def formula(x):
        return bce(x, target) * torch.where(target > 0, target, 0.75 * x.sigmoid().square())

    return of_formula(logits, formula, varifocal_loss=lambda x: loss(x, target, reduction="sum"))


def gaussian_focal(inputs):
    logits, _, target = soft(inputs)
    loss = mmdetection("gaussian_focal_loss").gaussian_focal_loss
    near = (1 - target).pow(4)

    def formula(x):
        p = x.sigmoid()
        return torch.where(target == 1, (1 - p).square() * F.softplus(-x), near * p.square() * F.softplus(x))

    return of_formula(logits, formula, gaussian_focal_loss=lambda x: loss(x.sigmoid(), target, reduction="sum"))


def linear_focal(inputs):
    logits, hot = one_hot(inputs)
    sign = 2 * hot - 1
    return of_formula(logits, lambda x: F.softplus(-(2 * sign * x + 1)) / 2)


def asymmetric(inputs):
    logits, hot = one_hot(inputs)

    def formula(x):
        p = x.sigmoid()
        s = (p - 0.05).clamp(min=0)
        return torch.where(hot > 0, (1 - p) * F.softplus(-x), -s.square().square() * torch.log1p(-s))

    return of_formula(logits, formula)


def ghm_c(inputs):
    logits, hot = one_hot(inputs)
    harmonised, every = mmdetection("ghm_loss").GHMC(bins=10, momentum=0), torch.ones_like(logits)

    def formula(x):
        with torch.no_grad():
            g = (x.sigmoid() - hot).abs()
            above = torch.stack([(g >= k / 10).sum() for k in range(11)])
            count = above[:-1] - above[1:]
            weight = g.numel() / ((count > 0).sum() * count.clamp(min=1))
            index = (g * 10).long().clamp(max=9)
        return bce(x, hot) * weight[index]

    return of_formula(logits, formula, GHMC=lambda x: harmonised(x, hot, every) * x.numel())


def sums(hot):
    """Takes note of a gradient, by column, where the column was true and where not."""
    seen = torch.zeros(2, hot.shape[1])

    def after(gradient):
        size = gradient.abs()
        positive = (size * hot).sum(0)
        return positive, size.sum(0) - positive

    def note(gradient):
        seen.copy_(torch.stack(after(gradient)))

    return note


def eqlv2(inputs):
    logits, hot = one_hot(inputs)
    balance = inputs["state"][: logits.shape[1]]
    weight = torch.where(hot > 0, 1 + 4 * (1 - balance), balance)
    return of_formula(logits, lambda x: F.binary_cross_entropy_with_logits(x, hot, weight, reduction="none"), sums(hot))


def equalized_focal(inputs):
    logits, hot = one_hot(inputs)
    gamma = inputs["state"][: logits.shape[1]]
    sign, weight = 1 - 2 * hot, torch.where(hot > 0, 0.25, 0.75) * gamma / 2

    def formula(x):
        wrong = sign * x  # the logit of being wrong
        return weight * torch.exp(-gamma * F.softplus(-wrong)) * F.softplus(wrong)

    return of_formula(logits, formula, sums(hot))


def effective(count, beta):
    """Weights by the effective number of examples, of mean 1; the background's, last, is 1."""
    weight = (1 - beta) / (1 - beta ** count.double())
    return torch.cat([weight / weight.mean(), torch.ones(1)]).float()


def class_balanced(inputs):
    logits, hot = one_hot(inputs)
    weight = effective(inputs["count"], 0.9999)[inputs["class"]][:, None]  # of -1 the last
    sign = 1 - 2 * hot

    def formula(x):
        wrong = sign * x
        return weight * wrong.sigmoid().square() * F.softplus(wrong)

    return of_formula(logits, formula)


def of_truth(logarithm, target):
    return logarithm.gather(1, target[:, None])[:, 0]


def softmax_focal(inputs):
    logits, target = with_background(inputs)
    weight = torch.where(inputs["class"] < 0, 0.75, 0.25)

    def formula(x):
        log = of_truth(x.log_softmax(1), target)
        return -weight * (1 - log.exp()).square() * log

    return of_formula(logits, formula)


def softmax_alpha_ce(inputs):
    logits, target = with_background(inputs)
    weight = torch.where(torch.arange(logits.shape[1]) == logits.shape[1] - 1, 0.25, 0.75)
    return of_formula(logits, lambda x: F.cross_entropy(x, target, weight, reduction="none"))


def softmax_class_balanced(inputs):
    logits, target = with_background(inputs)
    weight = effective(inputs["count"], 0.9999)[target]

    def formula(x):
        log = of_truth(x.log_softmax(1), target)
        return -weight * (1 - log.exp()).square() * log

    return of_formula(logits, formula)


def label_smoothing(inputs):
    logits, target = with_background(inputs)
    return of_formula(logits, lambda x: F.cross_entropy(x, target, reduction="none", label_smoothing=0.1))


def bootstrapped_soft(inputs):
    logits, target = with_background(inputs)

    def formula(x):
        log = x.log_softmax(1)
        return -0.95 * of_truth(log, target) - 0.05 * (log.exp() * log).sum(1)

    return of_formula(logits, formula)


def bootstrapped_hard(inputs):
    logits, target = with_background(inputs)

    def formula(x):
        log = x.log_softmax(1)
        return -0.8 * of_truth(log, target) - 0.2 * log.amax(1)

    return of_formula(logits, formula)


def seesaw(inputs):
    """Cross entropy for the background's rows, mmdetection's factors over the objects' columns for the others."""
    logits, target = with_background(inputs)
    objects = logits.shape[1] - 1
    rows = (target < objects).nonzero()[:, 0]
    mine, rest = target[rows], torch.ones(len(target)).index_fill(0, rows, 0)
    count = (inputs["state"][:objects] + mine.bincount(minlength=objects)).clamp(min=1)
    rarer = (count[None] / count[:, None]).clamp(max=1).pow(0.8)[mine].log()

    def formula(x):
        some = x[rows]
        with torch.no_grad():
            s = some[:, :objects].softmax(1)
            factor = rarer + 2 * (s / of_truth(s, mine)[:, None].clamp(min=0.01)).clamp(min=1).log()
            factor = F.pad(factor.scatter(1, mine[:, None], 0), (0, 1))
        return F.cross_entropy(x, target, reduction="none") * rest + F.cross_entropy(some + factor, mine, reduction="sum") / len(rest)

    return of_formula(logits, formula)


def distribution_focal(inputs):
    logits, distance = inputs["logits"], inputs["distance"]
    loss = mmdetection("gfocal_loss").distribution_focal_loss
    left = distance.long()
    right = left + 1 - distance

    def formula(x):
        return right * F.cross_entropy(x, left, reduction="none") + (1 - right) * F.cross_entropy(x, left + 1, reduction="none")

    return of_formula(logits, formula, distribution_focal_loss=lambda x: loss(x, distance, reduction="sum"))
