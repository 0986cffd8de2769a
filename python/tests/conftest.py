"""Random numbers begin anew with each test."""

import random

import pytest


@pytest.fixture(autouse=True)
def fixed():
    random.seed(7)
    try:
        import torch
    except ImportError:
        return
    torch.manual_seed(7)
