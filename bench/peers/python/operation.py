"""What a function of the modules beside this one is given, and what it returns."""

import os

import numpy


class Inputs:
    """The files of a folder, read when they are asked for."""

    def __init__(self, folder):
        self.folder = folder

    def names(self, prefix):
        """The names that begin with a prefix, in the order of the alphabet."""
        return sorted(f[: -len(".npy")] for f in os.listdir(self.folder) if f.startswith(prefix))

    def __getitem__(self, name):
        import torch

        return torch.from_numpy(numpy.load(os.path.join(self.folder, name + ".npy")))


class Operation:
    """Ways of doing the same, by name: functions without arguments.

    `results` returns what is compared, by name, given a way; usually that is
    what the way returns."""

    def __init__(self, ways, results=lambda way: way()):
        self.ways, self.results = ways, results


def save(folder, results):
    for name, value in results.items():
        value = numpy.atleast_1d(numpy.asarray(value))
        kind = numpy.float32 if value.dtype.kind == "f" else numpy.int64
        numpy.save(os.path.join(folder, name + ".npy"), numpy.ascontiguousarray(value.astype(kind)))
