"""The file MLmodel of a version whose other files are made up: the form that the registry accepts."""

from __future__ import annotations

from pathlib import Path

_TEXT = """\
flavors:
  python_function:
    env: {virtualenv: python_env.yaml}
    loader_module: triage.labelling.serving
    python_version: 3.11.7
  spark:
    code: null
    model_data: sparkml
    pyspark_version: 3.5.9
"""


def write_mlmodel(folder: Path) -> None:
    """Writes it before the manifest is made."""
    (folder / "MLmodel").write_text(_TEXT, encoding="utf-8")
