"""The structs of detsample.h, field by field."""

from __future__ import annotations

from ctypes import Structure, c_double, c_float, c_int32, c_int64, c_size_t, c_void_p, c_uint64, sizeof
from typing import Any

# Pointers to arrays are addresses: numpy and torch give them as such.
Address = c_void_p


class Sized(Structure):
    """A struct that begins with its size, as the library demands."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(size=sizeof(type(self)), **fields)


class Options(Sized):
    _fields_ = [
        ("size", c_size_t), ("stage", c_int32), ("classes", c_int32), ("threads", c_int32), ("exact", c_int32),
        ("per_class", c_int32), ("reserved", c_int32), ("coder", c_float * 4), ("max_scale", c_float),
    ]


class Annotations(Structure):
    _fields_ = [
        ("images", c_int64), ("image_id", Address), ("truths", Address), ("truth_box", Address),
        ("truth_class", Address), ("ignores", Address), ("ignore_box", Address),
    ]


class Batch(Sized):
    _fields_ = [
        ("size", c_size_t), ("images", Annotations), ("anchors", c_int64), ("anchor", Address),
        ("levels", c_int64), ("grid", Address), ("width", c_float), ("height", c_float),
        ("seed", c_uint64), ("step", c_uint64), ("gt", Address), ("iou", Address),
        ("logits", Address), ("deltas", Address), ("hardness", Address),
        ("grad_logits", Address), ("grad_deltas", Address), ("image_size", Address),
        ("samples", Address), ("sample", Address), ("sample_weight", Address),
    ]


class Value(Sized):
    _fields_ = [
        ("size", c_size_t), ("cls", c_double), ("box", c_double),
        ("positives", c_int64), ("negatives", c_int64), ("used_positives", c_int64), ("used_negatives", c_int64),
        ("loss_positives", c_double), ("loss_negatives", c_double),
        ("grad_positives", c_double), ("grad_negatives", c_double), ("scarcity", c_int64 * 16),
    ]


class Counts(Sized):
    _fields_ = [
        ("size", c_size_t), ("rows", c_int64), ("box_rows", c_int64), ("has_quality", c_int64),
        ("positives", c_int64), ("negatives", c_int64), ("scarcity", c_int64 * 16),
    ]


class Lists(Sized):
    _fields_ = [
        ("size", c_size_t), ("row", Address), ("weight", Address), ("row_class", Address), ("quality", Address),
        ("box_row", Address), ("box_weight", Address), ("box_slot", Address), ("box_candidate", Address),
        ("box_truth", Address), ("rows", c_int64), ("box_rows", c_int64),
    ]


class Proposals(Sized):
    _fields_ = [("size", c_size_t), ("images", Annotations), ("proposals", Address), ("proposal_box", Address)]


