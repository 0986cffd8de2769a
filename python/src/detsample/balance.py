"""What a step learned from."""

from __future__ import annotations

import ctypes
import json
from dataclasses import dataclass, field, fields
from typing import Any, Dict, List, Sequence

from . import _library
from .strategy import Warning

SCARCITY = (
    "images", "truths", "unmatched", "smaller", "larger", "narrower", "few_positives", "asked", "kept", "beside",
    "no_negatives", "repeated",
)


@dataclass
class Balance:
    """How candidates, loss and gradient divide between positives and
    negatives: assigned, kept by the sampler (used), and their shares of the
    classification loss and of its gradient's size. scarcity counts what was
    lacking: objects without a candidate, images short of positives or
    negatives. NaN is what is not known, such as losses that were evaluated
    elsewhere. Balances add up."""

    cls: float = 0.0
    box: float = 0.0
    positives: int = 0
    negatives: int = 0
    used_positives: int = 0
    used_negatives: int = 0
    loss_positives: float = 0.0
    loss_negatives: float = 0.0
    grad_positives: float = 0.0
    grad_negatives: float = 0.0
    scarcity: Dict[str, int] = field(default_factory=lambda: dict.fromkeys(SCARCITY, 0))

    @classmethod
    def of(cls, struct: Any) -> "Balance":
        """Reads a struct of the library's. Losses and gradients that it has no
        fields for are not known."""
        known = {name for name, *_ in struct._fields_}
        values = {f.name: getattr(struct, f.name) for f in fields(cls) if f.name in known and f.name != "scarcity"}
        values.update((f.name, float("nan")) for f in fields(cls) if f.name not in known and isinstance(f.default, float))
        return cls(scarcity=dict(zip(SCARCITY, struct.scarcity)), **values)

    def __add__(self, other: "Balance") -> "Balance":
        sums = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self) if f.name != "scarcity"}
        return Balance(scarcity={k: n + other.scarcity[k] for k, n in self.scarcity.items()}, **sums)

    def numbers(self) -> Dict[str, float]:
        """Everything as one flat mapping, for a line of CSV or TensorBoard."""
        flat: Dict[str, float] = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "scarcity"}
        return {**flat, **self.scarcity}

    @property
    def warnings(self) -> List[Warning]:
        """The traps that the counted steps were in."""
        return scarcity_warnings([self.scarcity[k] for k in SCARCITY])


def scarcity_warnings(counts: Sequence[int]) -> List[Warning]:
    array = (ctypes.c_int64 * 16)(*counts)
    return [Warning(**w) for w in json.loads(_library.text("detsample_scarcity_warnings", array))]
