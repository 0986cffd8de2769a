"""What goes wrong."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional


class Place(NamedTuple):
    """Where a mistake is in a file; line and column count from 1."""

    file: str
    line: int
    column: int
    message: str


class DetsampleError(ValueError):
    """A call that the library refuses; the message says what was seen."""


class ConfigurationError(DetsampleError):
    """A strategy that is not one. Its message has a line for each mistake,
    file:line:column: what was expected there; places has them apart."""

    @property
    def places(self) -> List[Place]:
        found = (re.match(r"(.*?):(\d+):(\d+): (.*)", line) for line in str(self).splitlines())
        return [Place(m[1], int(m[2]), int(m[3]), m[4]) for m in found if m]

    @property
    def line(self) -> Optional[int]:
        """The first mistake's line, if it has one."""
        places = self.places
        return places[0].line if places else None


class LibraryError(ImportError):
    """libdetsample cannot be used."""
