"""Executes the committed notebooks, each in a kernel of its own, and reads what their cells showed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from triage.config import PROJECT

HOME = PROJECT / "notebooks"
SPARK = "--master local[2] --driver-memory 2g pyspark-shell"  # a second JVM beside that of the tests


class Executed:
    """An executed notebook: the outputs of each cell by its id."""

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        self.outputs: dict[str, list[Any]] = {
            cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"
        }

    def text(self, cell: str) -> str:
        return "\n".join(self._texts(cell))

    def images(self, cell: str) -> int:
        return sum("image/png" in output.get("data", {}) for output in self.outputs[cell])

    def everything(self) -> str:
        return "\n".join(self.text(cell) for cell in self.outputs)

    def _texts(self, cell: str) -> list[str]:
        texts = []
        for output in self.outputs[cell]:
            data = output.get("data", {})
            texts += [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
        return texts


def committed(name: str) -> nbformat.NotebookNode:
    """A notebook as it is stored."""
    notebook: nbformat.NotebookNode = nbformat.read(HOME / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def execute(
    name: str, root: Path, home: Path, monkeypatch: pytest.MonkeyPatch, cells: Sequence[str] = (), **variables: str
) -> Executed:
    """Executes a notebook, or these cells of it, over the lake at `root`, with variables of its environment."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
    notebook = committed(name)
    if cells:
        notebook.cells = [cell for cell in notebook.cells if cell.id in cells]
    environment = os.environ | {
        "TRIAGE_LAKE": str(root),
        "PYSPARK_SUBMIT_ARGS": SPARK,
        "IPYTHONDIR": str(home / "ipython"),
        **variables,
    }
    resources = {"metadata": {"path": str(HOME)}}
    NotebookClient(notebook, timeout=600, resources=resources).execute(env=environment)
    return Executed(notebook)
