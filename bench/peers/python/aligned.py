"""Task-aligned assignment as Ultralytics has it."""

import os
import tempfile

os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.gettempdir())  # else it writes its settings to the user's folder
os.environ.setdefault("YOLO_OFFLINE", "true")

from ultralytics.utils.tal import TaskAlignedAssigner  # noqa: E402
