"""What the tests of labelling share."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.labelling.embeddings.minilm import convert


@pytest.fixture(scope="session")
def minilm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """all-MiniLM-L6-v2 as ONNX, converted once; read only."""
    folder = tmp_path_factory.mktemp("embeddings") / "all-MiniLM-L6-v2"
    convert(folder)
    return folder
