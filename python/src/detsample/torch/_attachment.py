"""A strategy in place of a torchvision detector's own losses."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from torch import nn

from ..balance import Balance
from ..errors import DetsampleError
from ..strategy import Strategy, Warning
from ._criterion import keys_of


class Grid:
    """Remembers, as a hook of an anchor generator, how the anchors of the last
    batch are laid out, and the sizes of its images, unless anchors of the
    padding count."""

    def __init__(self, padding: bool = True) -> None:
        self.padding = padding
        self.forget()

    def forget(self, *_: Any) -> None:
        """A hook of what calls the generator, before it does: what is known is
        of another batch."""
        self.levels: Optional[List[List[int]]] = None
        self.size = (0.0, 0.0)
        self.sizes: Optional[List[Tuple[int, int]]] = None

    def layout(self, reads: Mapping[str, Any]) -> Dict[str, Any]:
        """What a criterion takes beside the anchors, for an assigner that reads
        so much."""
        if self.levels is None and (not self.padding or reads["grid"] or reads["size"]):
            raise DetsampleError("anchor_generator was replaced after attach, so that the strategy does not see how it lays anchors out: attach again")
        return {"grid": self.levels, "size": self.size, "sizes": self.sizes}

    def __call__(self, generator: Any, inputs: Tuple[Any, ...], anchors: Any) -> None:
        images, features = inputs
        height, width = images.tensors.shape[-2:]
        self.levels = [
            [width // f.shape[-1], f.shape[-1], f.shape[-2], cell]
            for f, cell in zip(features, generator.num_anchors_per_location())
        ]
        self.size = (float(width), float(height))
        self.sizes = None if self.padding else [(int(w), int(h)) for h, w in images.image_sizes]


class Attachment:
    """What attach() returns: the criteria by stage, and the way back. It takes
    the place of the model's earlier one, so an adapter makes it once nothing can
    be refused any more."""

    def __init__(self, model: nn.Module, strategy: Strategy, criteria: Dict[str, Any], notes: Sequence[Warning] = ()) -> None:
        self.model, self.strategy, self.criteria = model, strategy, criteria
        self.grid = Grid()
        self._notes = list(notes)
        self._undo: List[Tuple[Any, str, bool, Any]] = []
        self._hooks: List[Any] = []
        before = model.__dict__.get("_detsample")
        if isinstance(before, Attachment):
            before.detach()
        model.__dict__["_detsample"] = self

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Puts value in place of an attribute, until detach()."""
        self._undo.append((owner, name, name in owner.__dict__, owner.__dict__.get(name)))
        setattr(owner, name, value)

    def hook(self, handle: Any) -> None:
        self._hooks.append(handle)

    def detach(self) -> None:
        """Gives the detector its own losses back."""
        for owner, name, had, before in reversed(self._undo):
            if had:
                setattr(owner, name, before)
            else:
                delattr(owner, name)
        for handle in self._hooks:
            handle.remove()
        self._undo, self._hooks = [], []
        self.model.__dict__.pop("_detsample", None)

    @property
    def balance(self) -> Dict[str, Balance]:
        """What each stage's last step learned from."""
        return {stage: c.balance for stage, c in self.criteria.items()}

    @property
    def warnings(self) -> List[Warning]:
        """The traps of the configuration, those of the head that it met, and
        those that the training so far was in."""
        trained = [w._replace(where=f"{stage}.{w.where}") for stage, c in self.criteria.items() for w in c.warnings]
        return [*self.strategy.warnings, *self._notes, *trained]

    @property
    def copied(self) -> int:
        """Bytes that were copied between devices, types or layouts so far."""
        return sum(c.copied for c in self.criteria.values())

    def state_dict(self) -> Dict[str, Any]:
        """What a saved run needs to go on with the same samples."""
        return {stage: c.state_dict() for stage, c in self.criteria.items()}

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Goes on with what state_dict() returned, or raises and changes
        nothing."""
        if not isinstance(state, Mapping) or set(state) != set(self.criteria):
            raise DetsampleError(f"the state {keys_of(state)}: expected {' and '.join(self.criteria)}, the stages of the attached "
                                 f"strategy {self.strategy.name}, as ds.attachment(model).state_dict() of one like it returned")
        before = self.state_dict()
        try:
            for stage, c in self.criteria.items():
                c.load_state_dict(state[stage])
        except Exception:
            for stage, c in self.criteria.items():
                c.load_state_dict(before[stage])
            raise


def coder_of(coder: Any) -> Dict[str, Any]:
    """The weights of a torchvision BoxCoder, as a criterion takes them."""
    return {"coder": tuple(float(w) for w in coder.weights), "max_scale": float(coder.bbox_xform_clip)}


def notes(strategy: Strategy, stage: str, coder: Optional[Any] = None, per_class: Optional[bool] = None) -> List[Warning]:
    """Where a head differs from what the strategy says of it: the head's own is
    used, since its detections are decoded so."""
    facts, found = strategy.facts(stage), []
    if coder is not None and [float(w) for w in coder.weights] != [float(w) for w in facts["coder"]]:
        mine = ", ".join(f"{w:g}" for w in coder.weights)
        found.append(Warning(
            "head_coder", f"{stage}.coder", f"the strategy has weights {facts['coder']}, the model's boxes are decoded by [{mine}]: the model's are used",
            f"coder: {{weights: [{mine}]}} says so"))
    if per_class is not None and per_class != facts["per_class"]:
        found.append(Warning(
            "head_per_class", f"{stage}.per_class", f"the strategy says {str(facts['per_class']).lower()}, the model's head "
            f"{'regresses a box for each class' if per_class else 'regresses one box for all classes'}: the head's is used",
            f"per_class: {str(per_class).lower()} says so"))
    return found


def require_link(strategy: Strategy, stage: str, link: str, detector: str) -> None:
    """Refuses a loss that reads scores otherwise than the detector does."""
    if strategy.facts(stage)["link"] == link:
        return
    cls = strategy.values[stage]["cls"]["type"]
    known = {"sigmoid": "such as ce, alpha_ce or focal", "softmax": "such as softmax_ce or softmax_focal"}[link]
    raise ValueError(f"strategy {strategy.name}: {stage}.cls {cls} reads scores by {strategy.facts(stage)['link']}, and {detector} detects by {link}: "
                     f"choose a loss over {link}, {known}")
