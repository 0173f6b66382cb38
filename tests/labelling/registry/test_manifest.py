"""A folder is read only when its files are those that were stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.errors import ModelError
from triage.labelling.registry.manifest import FILE, check_manifest, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sparkml" / "stages").mkdir(parents=True)
    (tmp_path / "model.json").write_text("{}", "utf-8")
    (tmp_path / "sparkml" / "stages" / "part-0").write_bytes(b"\x00weights")
    return tmp_path


def test_the_manifest_holds_the_digest_of_every_file(folder: Path) -> None:
    digest = write_manifest(folder)
    content = (folder / FILE).read_bytes()
    assert digest == hashlib.sha256(content).hexdigest()
    assert json.loads(content)["files"] == {
        "model.json": hashlib.sha256(b"{}").hexdigest(),
        "sparkml/stages/part-0": hashlib.sha256(b"\x00weights").hexdigest(),
    }


def test_an_untouched_folder_passes(folder: Path) -> None:
    digest = write_manifest(folder)
    (folder / "registered_model_meta").write_text("MLflow writes this where it serves", "utf-8")
    check_manifest(folder)
    check_manifest(folder, digest)


def _forged(folder: Path) -> None:
    (folder / "model.json").write_text('{"form": 1}', "utf-8")
    write_manifest(folder)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        pytest.param(lambda f: (f / "model.json").write_text("{} ", "utf-8"), "was changed", id="changed"),
        pytest.param(lambda f: (f / "model.json").unlink(), "is missing", id="missing"),
        pytest.param(lambda f: (f / "sparkml" / "part-1").write_text("x"), "was added", id="added"),
        pytest.param(lambda f: (f / FILE).unlink(), "no manifest", id="no manifest"),
        pytest.param(lambda f: (f / FILE).write_text("[]"), "cannot be read", id="other form"),
        pytest.param(lambda f: (f / FILE).write_text("{"), "cannot be read", id="not JSON"),
        pytest.param(_forged, "not the one that was registered", id="files and manifest changed together"),
    ],
)
def test_a_harmed_folder_is_refused(folder: Path, harm: Callable[[Path], object], told: str) -> None:
    digest = write_manifest(folder)
    harm(folder)
    with pytest.raises(ModelError, match=told):
        check_manifest(folder, digest)
