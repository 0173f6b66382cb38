"""The file MLmodel: what MLflow would load and run of a model, of which only this project's loader is accepted.

`mlflow.pyfunc` imports the module that MLmodel names and puts folders of the model on Python's path, so a changed one
would run code of its author in the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from triage.labelling.registry.format.layout import LayoutError

FILE = "MLmodel"

LOADER = "triage.labelling.serving"
"""Package whose `_load_pyfunc` MLflow calls. Registered models name it, so it is never renamed."""

_MOST_BYTES = 2**20
_ENVIRONMENT = {"virtualenv": "python_env.yaml"}
_ACCEPTED: Mapping[str, Mapping[str, Any]] = {
    "python_function": {"loader_module": LOADER, "env": _ENVIRONMENT},
    "spark": {"model_data": "sparkml", "code": None},
}
_FREE = {"python_function": {"python_version"}, "spark": {"pyspark_version"}}
"""Versions, which nothing is loaded by."""


def check_mlmodel(folder: Path) -> None:
    """Raises LayoutError unless MLmodel has exactly the flavors that `write_folder` writes."""
    flavors = _flavors(folder / FILE)
    for flavor in sorted(flavors.keys() | _ACCEPTED.keys()):
        if flavor not in _ACCEPTED:
            raise LayoutError("its MLmodel has a flavor that is not accepted")
        _check_flavor(flavor, flavors.get(flavor))


def _check_flavor(flavor: str, content: Any) -> None:
    if not isinstance(content, dict):
        raise LayoutError(f"its MLmodel has no flavor {flavor}")
    accepted = _ACCEPTED[flavor]
    for key in sorted(map(str, content.keys() | accepted.keys())):
        known = key in accepted or key in _FREE[flavor]
        if not known or (key in accepted and content.get(key) != accepted[key]):
            raise LayoutError(f"its MLmodel has a {flavor} flavor that this project does not write")


def _flavors(file: Path) -> dict[Any, Any]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise LayoutError("its MLmodel is too large")
        content = yaml.safe_load(file.read_text("utf-8"))
        flavors = content["flavors"]
    except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, RecursionError) as fault:
        if isinstance(fault, LayoutError):
            raise
        raise LayoutError("its MLmodel cannot be read") from None
    if not isinstance(flavors, dict):
        raise LayoutError("its MLmodel cannot be read")
    return flavors
