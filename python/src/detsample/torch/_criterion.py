"""What the criteria of a strategy's stages have in common."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple, Union

import torch
from torch import Tensor

from ..balance import Balance
from ..errors import DetsampleError
from ..images import integer
from ..stage import Targets
from ..strategy import Strategy, Warning
from . import _device
from ._host import Host

StrategyLike = Union[Strategy, str, Path]


def read(strategy: StrategyLike, name: Optional[str] = None) -> Strategy:
    """A strategy, or that of a file."""
    if not isinstance(strategy, Strategy):
        return Strategy.load(strategy, name)
    if name is not None:
        raise ValueError(f"strategy {strategy.name} comes with the name {name!r}, which chooses one of a file's: leave it out, or give the file")
    return strategy


def rank() -> int:
    """This process's rank, 0 where there is one process."""
    distributed = torch.distributed
    return distributed.get_rank() if distributed.is_available() and distributed.is_initialized() else 0


def key_seed(seed: int) -> int:
    """The seed of this process: that of the run on rank 0, another on each
    other rank, so that ranks that meet the same image draw apart."""
    return (seed + 0x9E3779B97F4A7C15 * rank()) % (1 << 64)


class Criterion:
    """What the criteria of first and second stages have in common."""

    stage: Any

    def __init__(self, strategy: Strategy, stage: str, seed: int, where: str, label_offset: int, background_first: bool) -> None:
        if where not in ("auto", "host", "device"):
            raise ValueError(f'where is {where!r}: expected "auto", "host" or "device"')
        self.strategy, self.seed, self.where = strategy, integer("seed", seed), where
        self.label_offset, self.background_first = label_offset, background_first
        self.steps = 0
        self.total = Balance()
        self._host = Host()
        self._balance = Balance()
        self._pending: Optional[Tuple[Tensor, Tensor, Tensor]] = None
        facts, values = strategy.facts(stage), strategy.values[stage]
        self._cls = None if facts["joint"] else _device.cls_rows(values["cls"])
        self._box = _device.box_rows(values["box"])
        self._weights = float(values["cls_weight"]), float(values["box_weight"])
        if where == "device" and (self._cls is None or self._box is None):
            cls, box = values["cls"]["type"], values["box"]["type"]
            raise ValueError(f'where is "device", and torch has no form of cls {cls} with box {box} here: use "host" or "auto"')

    @property
    def copied(self) -> int:
        """Bytes that were copied between devices, types or layouts so far."""
        return self._host.copied

    @property
    def balance(self) -> Balance:
        """What the last step learned from. NaN are the shares of the gradient
        where torch evaluated the losses, those of the loss, too, where the
        library did by pairs(), and all of them after targets() alone."""
        if self._pending is not None:
            loss, positive, box = self._pending
            pos, cls = float(loss[positive].sum()), float(loss.sum())
            self._balance.loss_positives, self._balance.loss_negatives = pos, cls - pos
            self._balance.cls, self._balance.box = cls, float(box)
            self._pending = None
        return self._balance

    @property
    def warnings(self) -> List[Warning]:
        """The traps that the training so far was in."""
        return self.total.warnings

    def _count(self, balance: Balance, training: bool) -> None:
        self._balance, self._pending = balance, None
        for key, n in balance.scarcity.items() if training else ():
            self.total.scarcity[key] += n

    def _next(self, step: Optional[int], training: bool) -> int:
        """The step that draws: of a call that does not train the first, so
        that it draws alike whenever it comes."""
        if not training:
            return step or 0
        step = self.steps if step is None else step
        self.steps = step + 1
        return step

    @contextmanager
    def _remembering(self, training: bool) -> Iterator[None]:
        """Leaves what losses and normalisers remember as it is, unless a call
        trains."""
        if training or not self.stage.facts["remembers"]:
            yield
            return
        memory = self.stage.memory()
        try:
            yield
        finally:
            self.stage.restore(memory)

    def _on_device(self, logits: Tensor) -> bool:
        """Whether torch evaluates the losses."""
        if self.where == "auto":
            return logits.device.type != "cpu" and self._cls is not None and self._box is not None
        return self.where == "device"

    def _ordered(self, logits: Tensor) -> Tensor:
        """The logits with the background's column last."""
        if self.background_first and self.stage.facts["link"] == "softmax":
            return torch.roll(logits, -1, -1)
        return logits

    def _evaluate(self, targets: Targets, logits: Tensor, deltas: Tensor) -> Tuple[Tensor, Tensor]:
        """The losses of targets by torch, of logits (rows, columns) and deltas
        (rows, box columns)."""
        device, stage, back = logits.device, self.stage, self._host.back
        positives = back(targets.box_rows, device).long()
        chosen = deltas[positives].float()
        if stage.box_columns > 4:
            slot = back(targets.box_slot, device).long()
            chosen = chosen.reshape(len(chosen), stage.box_columns // 4, 4)[torch.arange(len(chosen), device=device), slot]
        candidate, truth = back(targets.box_candidate, device), back(targets.box_truth, device)
        weights, max_scale = stage.coding
        if stage.facts["box_space"] == "decoded":
            chosen = _device.decode(candidate, chosen, weights, max_scale)
        else:
            truth = _device.encode(candidate, truth, weights)
        return self._weighted(targets, logits, chosen, truth)

    def _weighted(self, targets: Targets, logits: Tensor, box: Tensor, truth: Tensor) -> Tuple[Tensor, Tensor]:
        """The losses of targets by torch, of logits (rows, columns) and of the
        positives' boxes in the loss's space."""
        device, back = logits.device, self._host.back
        assert self._cls is not None and self._box is not None
        rows, row_class = back(targets.rows, device).long(), back(targets.row_class, device).long()
        picked = logits if len(rows) == len(logits) else logits[rows]
        loss = self._cls(picked.float(), row_class) * back(targets.weight, device)
        boxes = (self._box(box, truth) * back(targets.box_weight, device)).sum()
        self._pending = loss.detach(), row_class >= 0, boxes.detach()
        return loss.sum(), boxes

    def state_dict(self) -> Dict[str, Any]:
        """The step, and what losses and normalisers remember, with their names."""
        return {"steps": self.steps, "memory": self.stage.memory(), "remembers": self._remembers()}

    def _remembers(self) -> Dict[str, str]:
        """The parts that remember, none of which reads another's memory."""
        return {part: self.strategy.values[self.stage.name][part]["type"] for part in self.stage.facts["memory"]}

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Goes on with what state_dict() returned, or raises and changes
        nothing."""
        if not isinstance(state, Mapping) or not {"steps", "memory"} <= set(state):
            raise DetsampleError(f"{self.stage.name}: the state {keys_of(state)}: expected steps and memory, as the criterion's state_dict() returned")
        steps, kept, own = int(state["steps"]), state.get("remembers"), self._remembers()
        if kept is not None and kept != own:  # states of before the key are told by their lengths alone
            raise DetsampleError(f"{self.stage.name}: the state is of {_memories(kept)}, and strategy {self.strategy.name} has {_memories(own)}: "
                                 "expected the state of a strategy that remembers alike")
        self.stage.restore(state["memory"])
        self.steps = steps


def _memories(remembers: Any) -> str:
    """What remembers, for a message."""
    parts = remembers.items() if isinstance(remembers, Mapping) else [("remembers", remembers)]
    return "a memory of " + " and ".join(f"{part} {kind}" for part, kind in parts) if parts else "no memory"


def keys_of(state: Any) -> str:
    """What a saved state has, for a message."""
    if not isinstance(state, Mapping):
        return f"is a {type(state).__name__}"
    return f"has {' and '.join(map(str, state)) or 'nothing'}"


def shaped(name: str, tensor: Any, shape: Tuple[int, ...]) -> None:
    """Refuses a tensor of another shape, or of a head's that holds no numbers."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name} is a {type(tensor).__name__}: expected a tensor of shape {shape}")
    if tuple(tensor.shape) != shape:
        raise ValueError(f"{name} has shape {tuple(tensor.shape)}: expected {shape}")
    if name != "anchors" and not tensor.is_floating_point():
        raise TypeError(f"{name} is of {tensor.dtype}: expected floating point numbers")


def has(strategy: Strategy, stage: str) -> str:
    """The stage, which a strategy without it is refused for."""
    if stage not in strategy.stages:
        raise ValueError(f"strategy {strategy.name} has {' and '.join(strategy.stages)}: expected one with {stage}")
    return stage
