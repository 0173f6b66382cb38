"""What holds for every notebook: it is stored without outputs, places and noise."""

from __future__ import annotations

import re

import nbformat
import pytest

from tests.notebooks.executed import HOME, committed

NAMES = sorted(file.stem for file in HOME.glob("*.ipynb"))


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_notebook_holds_no_output_and_no_place(name: str) -> None:
    notebook = committed(name)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert [cell.id for cell in notebook.cells if cell.metadata] == []
    assert notebook.metadata.kernelspec.name == "python3"
    assert re.findall(r"(?:/home|/root|/Users|/tmp|/work)/", (HOME / f"{name}.ipynb").read_text("utf-8")) == []
