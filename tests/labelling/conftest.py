"""What the tests of labelling share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.labelling.embeddings.minilm import convert
from triage.labelling.promotion.environment_models import FOLDER_VARIABLE


@pytest.fixture(scope="session")
def minilm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """all-MiniLM-L6-v2 as ONNX, converted once; read only."""
    folder = tmp_path_factory.mktemp("embeddings") / "all-MiniLM-L6-v2"
    convert(folder)
    return folder


@pytest.fixture(scope="package", autouse=True)
def _no_environment_models() -> Iterator[None]:
    """Tests here train on rows of their own, which the key of the environment's models does not know."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(FOLDER_VARIABLE, raising=False)
        yield
