"""Ranking losses as RankSort's authors publish them, in a folder that PEERS_SOURCES names."""

import os

import torch

from losses import autograd, one_hot
from operation import Operation
from published import load


def authors():
    module = load("ranking_losses", os.path.join(os.environ["PEERS_SOURCES"], "RankSortLoss", "mmdet", "models", "losses", "ranking_losses.py"))
    torch.Tensor.cuda = lambda self, *_, **__: self  # which it asks for by name
    return module


def of_authors(logits, target, loss):
    """The mean over positives, here their sum."""
    flat, positives = target.flatten(), (target > 0).sum().item()
    return Operation({"authors'": autograd(logits, lambda x: loss(x.flatten(), flat) * positives)})


def average_precision(inputs):
    logits, target = one_hot(inputs)
    return of_authors(logits, target, authors().APLoss.apply)


def rank_sort(inputs):
    logits, target = one_hot(inputs)
    loss = authors().RankSort.apply
    return of_authors(logits, target * inputs["quality"][:, None], lambda x, y: sum(loss(x, y)))
