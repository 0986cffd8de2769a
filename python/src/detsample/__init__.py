"""Which candidates a detector learns from, and how strongly.

A Strategy is read from YAML: an assigner, a sampler, losses and a normaliser
for each stage. DenseStage and ROIStage evaluate it on numpy arrays;
detsample.torch puts it into torchvision's detectors, or gives autograd
functions for a loop of one's own.
"""

from .balance import Balance
from .errors import ConfigurationError, DetsampleError, LibraryError, Place
from .images import Images, image_key
from .sampler import Candidates, Sampler
from .stage import DenseStage, Regions, ROIStage, Stage, Step, Targets
from .strategy import Strategy, Warning, preset_yaml, presets

__version__ = "0.1.0"

__all__ = [
    "Balance", "Candidates", "ConfigurationError", "DenseStage", "DetsampleError", "Images", "LibraryError", "Place", "ROIStage",
    "Regions", "Sampler", "Stage", "Step", "Strategy", "Targets", "Warning", "image_key", "preset_yaml", "presets",
]
