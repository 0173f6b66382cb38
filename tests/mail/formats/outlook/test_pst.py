"""Mailboxes of Outlook: what the command writes is read in order, bounded, and removed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.mail.formats.archives.packing import MAIL
from triage.config import LimitSettings
from triage.mail.exports import RawMessage, discover, read
from triage.mail.formats.outlook.private_folder import private_folder
from triage.reasons import Reason

STORE = b"!BDN" + bytes(600)
LIMITS = LimitSettings()


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command's files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def command(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program in the place of readpst, since no mailbox may be shipped that a test could have it read."""
    place = folder / "bin"
    place.mkdir()
    (place / "readpst").write_text(
        "#!/bin/sh\nout=; last=; for one; do case $last in -o) out=$one;; esac; last=$one; done\n" + script
    )
    (place / "readpst").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")


def records_of(folder: Path, limits: LimitSettings = LIMITS) -> list[RawMessage]:
    (folder / "box").mkdir(exist_ok=True)
    (folder / "box" / "a.pst").write_bytes(STORE)
    [found] = discover(str(folder / "box"))
    assert found.format == "pst"
    return list(read(found.path, found.format, 0, None, limits))


def test_without_the_command_the_remedy_is_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    [record] = records_of(tmp_path)
    assert (record.data, record.fault) == (STORE, Reason.OUTLOOK_STORE)
    assert "pst-utils" in Reason.OUTLOOK_STORE.remedy


@pytest.mark.skipif(shutil.which("readpst") is None, reason="readpst (Debian: pst-utils) is not installed")
def test_a_damaged_mailbox_is_one_fault(tmp_path: Path, scratch: Path) -> None:
    [record] = records_of(tmp_path)
    assert (record.data, record.fault) == (b"", Reason.SOURCE_CORRUPT)
    assert list(scratch.iterdir()) == []


def test_mails_come_in_the_order_of_their_paths(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = "--boundary-LibPST-iamunique-%s_-_-"
    script = f"""
mkdir -p "$out/Box/In"
for n in 1 2 10; do printf 'From: a@example.org\\nSubject: %s\\n\\n{mark}\\n{mark}\\n' $n 77$n 5$n > "$out/Box/In/$n.eml"; done
ln -s /etc/passwd "$out/Box/9.eml"; echo note > "$out/Box/note.txt"; : > "$out/Box/8.eml"
ls -ld "$out" | cut -c1-10 > {tmp_path}/rights
exit 1
"""
    command(tmp_path, monkeypatch, script)
    found = records_of(tmp_path)
    assert [(record.offset, record.member, record.fault) for record in found] == [
        (0, "Box/8.eml", "EMPTY"), (1, "Box/In/1.eml", None), (2, "Box/In/2.eml", None), (3, "Box/In/10.eml", None),
        (4, None, "SOURCE_CORRUPT"),
    ]  # fmt: skip
    assert found[1].data.endswith(b"%s\n%s\n" % ((mark % 0).encode(), (mark % 1).encode()))
    assert (tmp_path / "rights").read_text().strip() == "drwx------"
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "limits", "fault"),
    [
        pytest.param("exec sleep 60", LimitSettings(pst_seconds=1), Reason.TIME_LIMIT, id="time"),
        pytest.param("while :; do :; done", LimitSettings(pst_seconds=1), Reason.CPU_LIMIT, id="processor"),
        pytest.param("kill -SEGV $$", LIMITS, Reason.SOURCE_CORRUPT, id="a crash"),
    ],
)
def test_a_command_that_does_not_end_well(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, script: str, limits: LimitSettings, fault: Reason
) -> None:
    command(tmp_path, monkeypatch, script)
    [record] = records_of(tmp_path, limits)
    assert record.fault in {fault, Reason.TIME_LIMIT if fault is Reason.CPU_LIMIT else fault}
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        pytest.param("Inbox - 6 items done, 2 items skipped.", ["OUTLOOK_ITEMS"], id="of a folder with mail"),
        pytest.param("Tasks - 0 items done, 9 items skipped.", [], id="of a folder of tasks"),
        pytest.param("Inbox - 8 items done, 0 items skipped.", [], id="none"),
        pytest.param("Inbox", [], id="another text"),
    ],
)
def test_items_that_the_command_leaves_out_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, fault: list[str]
) -> None:
    command(tmp_path, monkeypatch, f'mkdir "$out/B"; printf x > "$out/B/1.eml"; echo "\t{told}"')
    assert [record.fault for record in records_of(tmp_path)] == [None, *fault]


def test_a_mail_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, monkeypatch, 'mkdir "$out/B"; head -c 900 /dev/zero > "$out/B/1.eml"; printf x > "$out/B/2.eml"')
    found = records_of(tmp_path, LimitSettings(stored_bytes=899))
    assert [(record.data, record.fault) for record in found] == [(b"", "MESSAGE_TOO_LARGE"), (b"x", None)]


def test_what_a_killed_job_left_is_removed_by_the_next(scratch: Path) -> None:
    left, other = scratch / "triage-unpacked-dead", scratch / "notes"
    for folder in (left, other):
        folder.mkdir()
        (folder / "in-use").touch()
        (folder / "1.eml").write_bytes(MAIL)
    with private_folder() as first, private_folder() as second:
        assert sorted(path.name for path in scratch.iterdir()) == sorted(["notes", first.name, second.name])
    assert [path.name for path in scratch.iterdir()] == ["notes"]
