"""Strategies: what a detector learns from, and how strongly."""

from __future__ import annotations

import json
from ctypes import byref, c_char_p, c_size_t
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from . import _library
from .errors import ConfigurationError, DetsampleError


class Warning(NamedTuple):
    """A trap: a way in which a strategy learns something else than it seems
    to. No error, since some are what a study wants to show."""

    trap: str  # its name, such as zero_iou
    where: str  # the part, such as rpn.cls
    detail: str  # what it means here
    remedy: str  # what to change if it is not meant

    def __str__(self) -> str:
        return f"{self.where}: {self.detail}; remedy: {self.remedy}"


class Strategy:
    """A strategy from YAML: dense for a one-stage detector, rpn and roi for a
    two-stage one. The text is one strategy, or a comparison with a list of
    them, of which name chooses one. file is what messages call it.

    Raises ConfigurationError with a line for each mistake, as
    file:line:column.
    """

    def __init__(self, yaml: str, name: Optional[str] = None, file: str = "strategy.yaml") -> None:
        self._source = (yaml, name, file)
        self._handle = _library.Handle(partial(_parse, *self._source), "detsample_strategy_free")
        self._description = json.loads(_library.text("detsample_strategy_describe", self._handle.value))

    @classmethod
    def load(cls, path: Union[str, Path], name: Optional[str] = None) -> "Strategy":
        """Reads a file."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except OSError as error:
            if isinstance(path, str) and path in presets():
                raise FileNotFoundError(f"no file {path!r}, which is the name of a preset: Strategy.preset({path!r}) is that") from error
            if isinstance(path, str) and ":" in path and (":\n" in path or ": " in path):
                raise FileNotFoundError(f"no file {path[:60]!r}, which looks like YAML: Strategy(text) reads a text") from error
            raise
        return cls(text, name, str(path))

    @classmethod
    def preset(cls, name: str) -> "Strategy":
        """A strategy that reproduces another framework's; presets() names them."""
        return cls(preset_yaml(name), file="preset " + name)

    @property
    def name(self) -> str:
        return str(self._description["name"])

    @property
    def yaml(self) -> str:
        """The strategy with every default written out."""
        return str(self._description["yaml"])

    @property
    def values(self) -> Mapping[str, Any]:
        """The same as nested mappings."""
        values: Dict[str, Any] = self._description["values"]
        return values

    @property
    def stages(self) -> Tuple[str, ...]:
        """("dense",) or ("rpn", "roi")."""
        return tuple(s for s in ("dense", "rpn", "roi") if s in self._description["stages"])

    @property
    def warnings(self) -> List[Warning]:
        """The traps that it is in, as far as its configuration shows."""
        return [Warning(**w) for w in self._description["warnings"]]

    def facts(self, stage: str) -> Mapping[str, Any]:
        """What a stage reads and how it is coded: link, box_space, coder,
        max_scale, per_class, joint, remembers, memory (the parts that do), reads."""
        facts: Dict[str, Any] = self._description["stages"][stage]
        return facts

    def __repr__(self) -> str:
        return f"<detsample.Strategy {self.name}: {', '.join(self.stages)}>"

    def __reduce__(self) -> Any:
        return type(self), self._source


def _parse(yaml: str, name: Optional[str], file: str) -> int:
    """A strategy of its own in this process."""
    data, handle = yaml.encode("utf-8"), c_size_t()
    _library.call(
        "detsample_strategy_parse", _library.as_bytes(file), c_char_p(data), c_size_t(len(data)),
        _library.as_bytes(name or ""), byref(handle), error=ConfigurationError)
    return handle.value


def presets() -> List[str]:
    """The strategies that reproduce other frameworks'."""
    return _library.text("detsample_presets").split("\n")


def preset_yaml(name: str) -> str:
    """A preset as it is written, comments and all, to start one's own from."""
    try:
        return _library.text("detsample_preset", _library.as_bytes(name))
    except DetsampleError as error:
        raise DetsampleError(str(error).replace("unknown peer", "unknown preset", 1)) from None
