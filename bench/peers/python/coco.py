"""COCO's evaluation: pycocotools and hotcoco, which has the same interface."""

import importlib
import os

from operation import Operation


def interface(module):
    if module == "pycocotools":
        return importlib.import_module("pycocotools.coco").COCO, importlib.import_module("pycocotools.cocoeval").COCOeval
    library = importlib.import_module(module)
    return library.COCO, library.COCOeval


def reading(COCO, folder):
    truth = COCO(os.path.join(folder, "instances.json"))
    return truth, truth.loadRes(os.path.join(folder, "results.json"))


def load(_, module, folder):
    COCO, _ = interface(module)

    def results(way):
        return {"counts": [len(files.getAnnIds()) for files in way()]}

    return Operation({"COCO, loadRes": lambda: reading(COCO, folder)}, results)


def evaluate(_, module, folder):
    COCO, COCOeval = interface(module)
    truth, found = reading(COCO, folder)

    def way():
        evaluation = COCOeval(truth, found, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        return {"figures": [float(v) for v in evaluation.stats]}

    return Operation({"evaluate, accumulate, summarize": way})
