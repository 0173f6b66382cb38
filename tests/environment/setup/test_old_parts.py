from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from triage.environment.place import Place
from triage.environment.setup.old_parts import note_user, remove_old_parts

OLD_VENV, OLD_JARS, OLD_CLASSES = "venv-00000000000000aa", "jars-00000000000000aa", "classes-000000aa-000000aa.jsa"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def project(folder: Path, packages: str, environment: Path) -> Place:
    """An installation with locks of this text, whose parts are there."""
    (folder / "conf" / "jars").mkdir(parents=True)
    (folder / "conf" / "requirements.lock").write_text(packages, "utf-8")
    (folder / "conf" / "jars" / "jars.lock").write_text("jars", "utf-8")
    fill(environment, f"venv-{sha(packages)[:16]}", f"jars-{sha('jars')[:16]}")
    (environment / f"classes-{sha(packages)[:8]}-{sha('jars')[:8]}.jsa").touch()
    return Place(folder, environment, folder / "ivysettings.xml")


def fill(environment: Path, *names: str) -> None:
    for name in names:
        (environment / name / "bin").mkdir(parents=True, exist_ok=True)
        (environment / name / "bin" / "file").write_text("x", "utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = project(tmp_path / "project", "packages", tmp_path / ".env")
    fill(place.folder, OLD_VENV, OLD_JARS)
    (place.folder / OLD_CLASSES).touch()
    return place


def names(place: Place) -> set[str]:
    return {file.name for file in place.folder.iterdir()}


def test_parts_of_earlier_locks_go_and_those_of_this_one_stay(place: Place) -> None:
    (place.folder / "models").mkdir()
    (place.folder / "venv").symlink_to(place.venv.name)
    assert set(remove_old_parts(place)) == {OLD_VENV, OLD_JARS, OLD_CLASSES}
    assert names(place) == {place.venv.name, place.jars.name, place.classes.name, "models", "venv"}
    assert (place.venv / "bin" / "file").exists()


@pytest.mark.parametrize(
    "draft",
    [
        "jars-00000000000000bb.incomplete",
        "classes-000000bb-000000bb.incomplete",
        "venv.new",
        "ivy",
        f".{OLD_VENV}.old",
        "venv-00000000000000bb",
    ],
)
def test_drafts_of_killed_setups_go(draft: str, place: Place) -> None:
    fill(place.folder, draft)
    assert draft in remove_old_parts(place)
    assert draft not in names(place)


@pytest.mark.parametrize("how", ["its program", "its environment", "an open file"])
def test_what_a_process_uses_stays_until_it_ends(how: str, place: Place) -> None:
    sleep = shutil.which("sleep") or "/bin/sleep"
    program = shutil.copy(sleep, place.folder / OLD_VENV / "bin" / "python")
    with (place.folder / OLD_VENV / "bin" / "file").open() as file:
        stdin = file if how == "an open file" else subprocess.DEVNULL
        environment = {"PYSPARK_PYTHON": str(program)} if how == "its environment" else {}
        command = [str(program) if how == "its program" else sleep, "60"]
        running = subprocess.Popen(command, env=environment, stdin=stdin)
    try:
        assert set(remove_old_parts(place)) == {OLD_JARS, OLD_CLASSES}
    finally:
        running.kill()
        running.wait()
    assert remove_old_parts(place) == (OLD_VENV,)


def test_what_another_installation_of_the_folder_uses_stays_while_it_is_there(place: Place, tmp_path: Path) -> None:
    other = project(tmp_path / "other", "other packages", place.folder)
    note_user(other)
    note_user(place)
    assert set(remove_old_parts(place)) == {OLD_VENV, OLD_JARS, OLD_CLASSES}
    assert other.venv.exists()
    shutil.rmtree(other.project)
    remove_old_parts(place)
    assert f"venv-{sha('other packages')[:16]}" not in names(place)
    assert place.venv.exists()


def test_a_part_that_this_lock_only_links_to_stays(place: Place) -> None:
    shutil.rmtree(place.venv)
    place.venv.symlink_to(OLD_VENV)
    remove_old_parts(place)
    assert (place.venv / "bin" / "file").exists()


def test_a_folder_that_cannot_be_written_takes_no_note(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "mkdir", refuse)
    note_user(place)
    assert "users" not in names(place)
