"""Loads single source files of the peers, with stand-ins for what they import but do not need here.

The peers compute in double precision: their casts to float are casts to double, so that the golden values are theirs and
not their rounding errors.
"""

import importlib.util
import os
import sys
import types

import torch

torch.set_default_dtype(torch.float64)
torch.Tensor.float = torch.Tensor.double
torch.Tensor.cuda = lambda self, *_, **__: self


class _Registry:
    """Stands for a registry of classes, whose decorators change nothing."""

    def register_module(self, *_, **__):
        return lambda cls: cls

    register = register_module


def _stand_in(name, **attributes):
    module = types.ModuleType(name)
    module.__path__ = []
    module.__dict__.update(attributes)
    sys.modules[name] = module


def _load(name, *path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(*path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def mmdetection(source):
    """The loss modules of a folder that holds mmdet/, as a namespace."""
    _stand_in("mmdet", registry=None)
    _stand_in("mmdet.registry", MODELS=_Registry())
    _stand_in("mmdet.models")
    _stand_in("mmdet.models.losses")
    _stand_in("mmdet.models.losses.accuracy", accuracy=None)
    _stand_in("mmengine")
    _stand_in("mmengine.logging", print_log=lambda *_, **__: None)
    _stand_in("mmcv")
    _stand_in("mmcv.ops", sigmoid_focal_loss=None)
    found = types.SimpleNamespace()
    for name in ["utils", "cross_entropy_loss", "focal_loss", "gfocal_loss", "varifocal_loss", "gaussian_focal_loss",
                 "ghm_loss", "eqlv2_loss", "seesaw_loss"]:
        setattr(found, name, _load("mmdet.models.losses." + name, source, "mmdet", "models", "losses", name + ".py"))
    return found


def equalized_focal(file):
    """United-Perception's class, which sums what it computes."""

    class GeneralizedCrossEntropyLoss(torch.nn.Module):
        def __init__(self, ignore_index, **_):
            super().__init__()
            self.ignore_index = ignore_index

    for name in ["up", "up.models", "up.models.losses", "up.tasks", "up.tasks.det", "up.tasks.det.models",
                 "up.tasks.det.models.losses", "up.utils", "up.utils.env", "up.utils.general"]:
        _stand_in(name)
    _stand_in("up.models.losses.loss", _reduce=lambda loss, reduction, **_: loss)
    _stand_in("up.tasks.det.models.losses.entropy_loss", GeneralizedCrossEntropyLoss=GeneralizedCrossEntropyLoss)
    _stand_in("up.utils.env.dist_helper", allreduce=lambda _: None)
    _stand_in("up.utils.general.log_helper", default_logger=types.SimpleNamespace(info=lambda *_: None))
    _stand_in("up.utils.general.registry_factory", LOSSES_REGISTRY=_Registry())
    return _load("equalized_focal_loss", file).EqualizedFocalLoss


def module(name, file):
    return _load(name, file)
