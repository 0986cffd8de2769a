"""Loads libdetsample, once for each process that calls it.

The library has threads of its own, which a forked child does not inherit: in
one, a private copy of the file is loaded in place of the parent's.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
import threading
from ctypes import byref, c_char_p, c_size_t, c_void_p
from pathlib import Path
from typing import Any, Callable, Optional, Tuple, Type

from .errors import DetsampleError, LibraryError

ABI_VERSION = 1
_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
_ROOM = 16384  # for an error's text

_lock = threading.Lock()
_loaded: Optional[Tuple[int, ctypes.CDLL]] = None  # of which process


def path() -> Path:
    """Where the library's file is: DETSAMPLE_LIBRARY, or beside this package."""
    given = os.environ.get("DETSAMPLE_LIBRARY")
    return Path(given) if given else Path(__file__).with_name("libdetsample" + _SUFFIX)


def library() -> ctypes.CDLL:
    """The library of this process."""
    global _loaded
    pid = os.getpid()
    if _loaded is not None and _loaded[0] == pid:
        return _loaded[1]
    with _lock:
        if _loaded is None or _loaded[0] != pid:
            _loaded = pid, _load(path(), private=_loaded is not None)
        return _loaded[1]


def _load(file: Path, private: bool) -> ctypes.CDLL:
    if not file.exists():
        raise LibraryError(f"{file} is not here: install detsample where Go is (pip install ./python), or set DETSAMPLE_LIBRARY to a built libdetsample")
    try:
        if private:
            with tempfile.TemporaryDirectory(prefix="detsample-") as folder:
                lib = ctypes.CDLL(shutil.copy(file, folder))  # the same file would be the parent's, which is dead here
        else:
            lib = ctypes.CDLL(str(file))
    except OSError as error:
        raise LibraryError(f"{file} cannot be loaded: {error}") from error
    found = int(lib.detsample_abi_version())
    if found != ABI_VERSION:
        raise LibraryError(f"{file} has ABI version {found}, and this package calls version {ABI_VERSION}: install both from one checkout")
    return lib


if hasattr(os, "register_at_fork"):

    def _after_fork() -> None:
        global _lock
        _lock = threading.Lock()  # which a thread of the parent may have held

    os.register_at_fork(after_in_child=_after_fork)


def call(name: str, *arguments: Any, error: Type[DetsampleError] = DetsampleError) -> None:
    """Calls a function of the library, and raises what it says was wrong."""
    text = ctypes.create_string_buffer(_ROOM)
    if getattr(library(), name)(*arguments, text, c_size_t(_ROOM)) != 0:
        raise error(text.value.decode("utf-8", "replace"))


def text(name: str, *arguments: Any) -> str:
    """What a function of the library that writes a text writes."""
    room = 1 << 16
    while True:
        buffer, length = ctypes.create_string_buffer(room), c_size_t()
        try:
            call(name, *arguments, buffer, c_size_t(room), byref(length))
            return buffer.value.decode("utf-8")
        except DetsampleError:
            if length.value < room:
                raise
            room = length.value + 1


class Handle:
    """What the library holds for an object of this process. A copy in another
    process makes its own, when it is first asked for."""

    def __init__(self, make: Callable[[], int], free: str) -> None:
        self._make, self._free = make, free
        self._pid, self._value = 0, 0

    @property
    def value(self) -> c_size_t:
        if self._pid != os.getpid():
            self._value = self._make()
            self._pid = os.getpid()
        return c_size_t(self._value)

    def __del__(self) -> None:
        if self._pid == os.getpid() and _loaded is not None and _loaded[0] == self._pid:
            try:
                call(self._free, c_size_t(self._value))
            except Exception:  # as the interpreter ends
                pass


def address(array: Any) -> c_void_p:
    """Where a numpy array's numbers lie; NULL for None."""
    return c_void_p(None if array is None else array.ctypes.data)


def room(array: Any) -> c_void_p:
    """The address of an array to be written, NULL for one without numbers:
    nothing is written then, whatever there is to write."""
    return address(array if array is not None and array.size else None)


def as_bytes(string: str) -> c_char_p:
    return c_char_p(string.encode("utf-8"))
