"""Between torch's tensors and the library, which reads memory of this machine."""

from __future__ import annotations

import sys
from typing import Any, List, Tuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]


class Host:
    """Brings tensors to where the library can read them, and counts the bytes
    that had to be copied. A float32 tensor in this machine's memory is read
    where it lies."""

    def __init__(self) -> None:
        self.copied = 0
        self._pool: List[NDArray[Any]] = []

    def floats(self, tensor: Tensor) -> Floats:
        there = tensor.detach()
        here = there.to("cpu", torch.float32).contiguous()
        if here.data_ptr() != there.data_ptr():
            self.copied += here.numel() * here.element_size()
        return here.numpy()

    def back(self, array: NDArray[Any], device: torch.device) -> Tensor:
        tensor = torch.from_numpy(array)
        if device.type != "cpu":
            self.copied += array.nbytes
            tensor = tensor.to(device, non_blocking=True)
        return tensor

    def room(self, shape: Tuple[int, ...]) -> Floats:
        """An array for a gradient, in memory of an earlier one that no tensor
        holds any more: fresh pages cost more than the loss."""
        size = int(np.prod(shape))
        for memory in self._pool:
            if memory.size >= size and sys.getrefcount(memory) <= 3:  # the pool's, the loop's, the argument's
                return memory[:size].reshape(shape)
        if len(self._pool) >= 4:
            self._pool.pop(0)
        memory = np.empty(size, np.float32)
        self._pool.append(memory)
        return memory.reshape(shape)

    def __reduce__(self) -> Any:
        return Host, ()
