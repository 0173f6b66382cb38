"""The file MLmodel of a version whose other files are made up: the form that the registry accepts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FLAVORS: dict[str, dict[str, Any]] = {
    "python_function": {
        "loader_module": "triage.labelling.serving",
        "env": {"virtualenv": "python_env.yaml"},
        "python_version": "3.11",
    },
    "spark": {"model_data": "sparkml", "code": None, "pyspark_version": "3.5.9"},
}


def write_mlmodel(folder: Path, flavors: Mapping[str, Any] = FLAVORS) -> None:
    """Writes it, before the manifest is made."""
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavors, "run_id": "a"}), encoding="utf-8")
