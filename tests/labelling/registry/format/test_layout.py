"""Folders of models with files that no model has."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.labelling.registry.format import layout
from triage.labelling.registry.format.layout import LayoutError, check_archives, check_names, regular_files


@pytest.mark.parametrize(
    "name",
    [
        "../model.json",
        "sparkml/../../model.json",
        "/etc/passwd",
        "sparkml//metadata",
        "sparkml/./metadata",
        ".",
        "",
        "..\\model.json",
        "sparkml/a\nb",
        "model.pkl",
        "python_model.pkl",
        "code/evil.py",
        "conda.yaml",
        "sparkml",
        "model.json/x",
    ],
)
def test_a_name_that_no_model_has_is_refused(name: str) -> None:
    with pytest.raises(LayoutError):
        check_names(["model.json", name])


def test_the_names_of_a_model_are_accepted() -> None:
    check_names(["MLmodel", "model.json", "sparkml/stages/00_a/metadata/part-00000", "family/learner.skops"])


def _linked_file(folder: Path) -> None:
    (folder / "card.md").symlink_to("/etc/hostname")


def _linked_folder(folder: Path) -> None:
    (folder / "family").symlink_to("/etc")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "card.md")


def _sparse(folder: Path) -> None:
    with (folder / "card.md").open("wb") as file:
        file.truncate(layout.MOST_BYTES + 1)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        pytest.param(_linked_file, "card.md is a link or no file", id="link to a file"),
        pytest.param(_linked_folder, "family is a link or no file", id="link to a folder"),
        pytest.param(_pipe, "card.md is a link or no file", id="pipe"),
        pytest.param(_sparse, "more than 4,294,967,296 bytes", id="huge file"),
    ],
)
def test_what_is_no_plain_file_of_bounded_size_is_refused(
    tmp_path: Path, harm: Callable[[Path], None], told: str
) -> None:
    (tmp_path / "sparkml").mkdir()
    (tmp_path / "sparkml" / "part").write_text("a", "utf-8")
    assert regular_files(tmp_path) == {"sparkml/part": tmp_path / "sparkml" / "part"}
    harm(tmp_path)
    with pytest.raises(LayoutError, match=told):
        regular_files(tmp_path)


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(LayoutError, match="its folder is a link"):
        regular_files(tmp_path / "link")


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "seen_rows.npz"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", b"\0" * 200_000)
    check_archives({file.name: file})
    monkeypatch.setattr(layout, "MOST_BYTES", 100_000)
    assert file.stat().st_size < 1_000
    with pytest.raises(LayoutError, match="unpacks to more"):
        check_archives({file.name: file})


def test_a_pickle_under_the_name_of_an_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "learner.skops"
    file.write_bytes(b"cos\nsystem\n(S'touch /tmp/x'\ntR.")
    with pytest.raises(LayoutError, match="no archive"):
        check_archives({f"family/{file.name}": file})
