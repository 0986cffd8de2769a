"""Between torch's tensors and the library, which reads memory of this machine."""

from __future__ import annotations

import weakref
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
        self._pool: List[Tuple[NDArray[Any], Any]] = []  # memory, and who has it: a tensor keeps the array that it was made of

    def floats(self, tensor: Tensor) -> Floats:
        if tensor.is_complex():
            raise TypeError(f"a tensor of {tensor.dtype}: expected real numbers")
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
        free = [m for m, lent in self._pool if m.size >= size and lent() is None]
        memory = free[0] if free else np.empty(size, np.float32)
        lent: Floats = memory[:size].reshape(shape)
        self._pool = [entry for entry in self._pool if entry[0] is not memory][-3:]
        self._pool.append((memory, weakref.ref(lent)))
        return lent

    def __reduce__(self) -> Any:
        return Host, ()
