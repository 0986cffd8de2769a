"""Builds libdetsample with Go while the wheel is built.

The wheel works with every Python 3 of the platform: the library is called by
ctypes and knows nothing of Python. DETSAMPLE_LIBRARY names a library that was
built before, for another processor or an older C library, in place of Go.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from wheel.bdist_wheel import bdist_wheel
except ImportError:  # newer setuptools have it
    from setuptools.command.bdist_wheel import bdist_wheel

ROOT = Path(__file__).resolve().parent
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


def build_library(target: Path) -> None:
    target = target.resolve()  # a relative one would be Go's, whose folder is another
    target.parent.mkdir(parents=True, exist_ok=True)
    given = os.environ.get("DETSAMPLE_LIBRARY")
    if given:
        shutil.copyfile(given, target)
        return
    source = ROOT.parent / "capi"
    if not source.is_dir():
        raise SystemExit(f"detsample: {source} is not here: build from a checkout, or set DETSAMPLE_LIBRARY to a built libdetsample")
    go = shutil.which("go")
    if go is None:
        raise SystemExit("detsample: go is not on PATH: install Go 1.26 or newer, or set DETSAMPLE_LIBRARY to a built libdetsample")
    header = target.with_suffix(".h")
    subprocess.run(
        [go, "build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o", str(target), "."],
        cwd=source, check=True, env={**os.environ, "CGO_ENABLED": "1"},
    )
    header.unlink(missing_ok=True)  # detsample.h is the documented one


class BuildWithLibrary(build_py):
    def run(self) -> None:
        super().run()
        if getattr(self, "editable_mode", False):
            build_library(ROOT / "src" / "detsample" / f"libdetsample{SUFFIX}")
        else:
            build_library(Path(self.build_lib) / "detsample" / f"libdetsample{SUFFIX}")


class PlatformWheel(bdist_wheel):
    """A wheel of this platform, for any Python 3."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        _, _, platform = super().get_tag()
        return "py3", "none", os.environ.get("DETSAMPLE_PLATFORM", platform)


class WithLibrary(Distribution):
    def has_ext_modules(self) -> bool:
        return True


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel}, distclass=WithLibrary)
