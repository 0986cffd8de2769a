"""Runs the peers' implementations when the Go program asks for them: a line of
JSON in, a line of JSON out."""

import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import signal
import sys
import time
import traceback

MODULES = "numpy", "torch", "torchvision", "scipy", "mmdet", "sources", "ultralytics", "pycocotools", "hotcoco"
# Modules beside this one that load what is used of others, or stand for what is no package.
PARTS = {"mmdet": "openmmlab", "ultralytics": "aligned", "sources": "authors"}
PACKAGED = "mmdet", "ultralytics"


def versions():
    """Of those modules that can be used, and why others that are there cannot."""
    found, broken = {}, {}
    for name in MODULES:
        if name in PACKAGED and importlib.util.find_spec(name) is None:
            continue
        try:
            module = importlib.import_module(PARTS.get(name, name))
            if name == "torch":
                module.from_numpy(importlib.import_module("numpy").zeros(1)).numpy()  # they may be of different ages
        except ModuleNotFoundError as error:
            if error.name != name:
                broken[name] = str(error)
            continue
        except Exception as error:
            broken[name] = f"{type(error).__name__}: {error}".splitlines()[0]
            continue
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            version = getattr(module, "__version__", "of unknown version")
        found[name] = version.split("+")[0]
    if "numpy" not in found:
        for name in found:
            broken[name] = broken.get("numpy", "this Python has no numpy, through which results are exchanged")
        found = {}
    return found, broken


def vectors():
    """The widest instructions of PyTorch's own kernels."""
    import torch

    line = next((l for l in torch.__config__.show().splitlines() if "CPU capability" in l), "")
    return line.split()[-1] if line else "unknown"


def blas():
    """The libraries for matrix products that PyTorch has loaded, as files are called on Linux."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {os.path.realpath(l.split(None, 5)[5].strip()) for l in maps if "/" in l}
    except OSError:
        return ""
    found = set()
    for path in paths:
        for mark, name in (("openblas", "OpenBLAS"), ("mkl_", "MKL"), ("blis", "BLIS"), ("libblas.", "reference BLAS")):
            if mark in path.lower():
                found.add(name)
                break
    return " and ".join(sorted(found))


class Server:
    """One operation at a time."""

    def __init__(self):
        self.way = None

    def prepare(self, call, inputs, results, arguments, budget):
        """Tries every way of an operation for about as many milliseconds, keeps
        the fastest and writes its results. Without a budget it keeps the first."""
        import operation

        if "compiling" in sys.modules:
            sys.modules["compiling"].forget()
        module, function = call.split(".")
        made = getattr(importlib.import_module(module), function)(operation.Inputs(inputs), **arguments)
        tried = {}
        for name, way in made.ways.items():
            if budget:
                warm_up(way)
            tried[name] = milliseconds(way, budget) if budget and len(made.ways) > 1 else 0
        chosen = min(tried, key=tried.get)
        self.way = made.ways[chosen]
        operation.save(results, made.results(self.way))
        return {"chosen": chosen, "tried": tried}

    def time(self, turns, executions):
        return [turn(self.way, executions) for _ in range(turns)]

    def threads(self, n):
        if "torch" not in sys.modules:
            return False
        sys.modules["torch"].set_num_threads(n)
        return True

    def forget(self):
        self.way = None


def turn(way, executions):
    start = time.perf_counter()
    for _ in range(executions):
        way()
    return 1000 * (time.perf_counter() - start) / executions


def warm_up(way):
    """Runs three times, or less often what takes long: memory is gathered and
    scripts are compiled."""
    took = []
    while len(took) < 3 and sum(took) < 2000:
        took.append(turn(way, 1))


def milliseconds(way, budget):
    """The fastest of as many runs as fit the budget, one at least."""
    took = [turn(way, 1)]
    while sum(took) < budget and len(took) < 50:
        took.append(turn(way, 1))
    return min(took)


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the Go program says when to stop
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # libraries print, and so do programs that they start
    modules, broken = versions()
    hello = {"python": platform.python_version(), "modules": modules, "broken": broken}
    if "torch" in hello["modules"]:
        import torch

        import compiling

        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        hello["vectors"] = vectors()
        hello["compiled"] = compiling.instructions()
        hello["blas"] = blas()
    print(json.dumps(hello), file=out, flush=True)
    server = Server()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {"answer": getattr(server, name)(*arguments)}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=out, flush=True)


main()
