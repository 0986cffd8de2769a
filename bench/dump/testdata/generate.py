"""Writes the fixtures of the readers' tests: every type, order and version
that numpy and safetensors can write, of one tensor whose values follow from
their index, x[i] = (7*i % 11 - 5) / 4 for floats and 7*i % 11 - 5 for integers
(without the 5 where unsigned, % 2 for booleans).

    python3 generate.py     # numpy, safetensors; in this folder
"""

import numpy as np
from numpy.lib import format as npy
from safetensors.numpy import save_file

SHAPE = (2, 3, 4)
I = np.arange(24).reshape(SHAPE)
INTEGERS = 7 * I % 11 - 5
FLOATS = INTEGERS / 4


def values(dtype):
    kind = np.dtype(dtype).kind
    if kind == "f":
        return FLOATS.astype(dtype)
    if kind == "b":
        return (7 * I % 11 % 2).astype(dtype)
    return (INTEGERS + 5 * (kind == "u")).astype(dtype)


arrays = {}
for order, letter in ("C", "c"), ("F", "f"):
    for dtype in "<f2 >f2 <f4 >f4 <f8 >f8 i1 <i2 >i2 <i4 >i4 <i8 >i8 u1 <u4 ?".split():
        name = letter + {"<": "_le_", ">": "_be_"}.get(dtype[0], "_") + dtype.strip("<>").replace("?", "b1")
        arrays[name] = np.asarray(values(dtype), order=order)
arrays["attribute"] = np.array("mmdetection")
arrays["ascii"] = np.array(b"first")
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)

for version in (1, 0), (2, 0), (3, 0):
    with open(f"version{version[0]}.npy", "wb") as f:
        npy.write_array(f, values("<f4"), version=version)

tensors = {d: values(d) for d in "f2 f4 f8 i1 i2 i4 i8 u1".split()} | {"b1": values("?")}
save_file(tensors, "numpy.safetensors", metadata={"label_map": "torchvision"})
