"""Files for help desks: whole, written once, and taken back so that all is as before."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.write_back.lakes import KEYS, make_lake, message, settings_of, store_of
from triage.config import Settings
from triage.config.write_back import EmlTargetSettings, JsonlTargetSettings
from triage.errors import ConfigError
from triage.write_back.run import Counts, Work, undo_routes, write_routes
from triage.write_back.targets import target_of
from triage.write_back.targets.base import Item, Planned, Target
from triage.write_back.targets.eml import EmlTarget
from triage.write_back.targets.files import write_whole
from triage.write_back.targets.jsonl import JsonlTarget

COUNT = 5


@pytest.fixture
def lake(tmp_path: Path) -> tuple[Path, list[str]]:
    return tmp_path / "lake", make_lake(tmp_path / "lake", COUNT)


def _work(settings: Settings, name: str, *, dry_run: bool = False, target: Target | None = None) -> Work:
    store = store_of(Path(settings.lake.root))
    return Work(name, target or target_of(name, settings), store, settings, KEYS, dry_run)


def _targets(folder: Path) -> Settings:
    jsonl = {"kind": "jsonl", "file": str(folder / "out/routes.jsonl"), "message_ids": True}
    return settings_of(folder / "lake", jsonl=jsonl, eml={"kind": "eml", "folder": str(folder / "out/eml")})


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", ["jsonl", "eml"])
def test_written_once_and_taken_back(lake: tuple[Path, list[str]], tmp_path: Path, name: str) -> None:
    settings, out = _targets(tmp_path), tmp_path / "out"
    assert write_routes(_work(settings, name, dry_run=True), 7) == Counts(written=COUNT)
    assert not _files(out)
    assert write_routes(_work(settings, name), 7) == Counts(written=COUNT)
    written = _files(out)
    assert write_routes(_work(settings, name), 7) == Counts(current=COUNT)
    assert _files(out) == written
    assert undo_routes(_work(settings, name)) == Counts(undone=COUNT)
    assert not _files(out)


def test_a_line_a_mail(lake: tuple[Path, list[str]], tmp_path: Path) -> None:
    file = tmp_path / "out/routes.jsonl"
    file.parent.mkdir()
    file.write_text('{"of": "others"}\n', "utf-8")
    write_routes(_work(_targets(tmp_path), "jsonl"), 7)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert lines[0] == {"of": "others"} and len(lines) == COUNT + 1
    assert next(line for line in lines[1:] if line["mail_key"] == lake[1][2]) == {
        "mail_key": lake[1][2], "message_id": "<m2@customer.example>", "queue": "billing", "priority": "high",
        "rule": "billing", "rules_version": "v", "due_at": "2026-03-06T15:00:00+00:00",
    }  # fmt: skip
    undo_routes(_work(_targets(tmp_path), "jsonl"))
    assert file.read_text("utf-8") == '{"of": "others"}\n'


def test_a_message_as_it_was_received_with_headers(lake: tuple[Path, list[str]], tmp_path: Path) -> None:
    write_routes(_work(_targets(tmp_path), "eml"), 7)
    file = tmp_path / f"out/eml/{lake[1][0]}.eml"
    head, _, rest = file.read_bytes().partition(b"From: ")
    assert b"From: " + rest == message(0)
    assert head.splitlines()[:2] == [b"X-Triage-Queue: billing", b"X-Triage-Priority: high"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_of_somebody_else_stays(lake: tuple[Path, list[str]], tmp_path: Path) -> None:
    file = tmp_path / f"out/eml/{lake[1][0]}.eml"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"of others")
    write_routes(_work(_targets(tmp_path), "eml"), 7)
    undo_routes(_work(_targets(tmp_path), "eml"))
    assert _files(tmp_path / "out") == {f"eml/{lake[1][0]}.eml": b"of others"}


def test_a_mail_whose_bytes_were_removed_by_age_is_not_written(tmp_path: Path) -> None:
    make_lake(tmp_path / "lake", COUNT, has_bytes=False)
    assert write_routes(_work(_targets(tmp_path), "eml"), 7) == Counts(absent=COUNT)
    assert undo_routes(_work(_targets(tmp_path), "eml")) == Counts()


OF_OTHERS = {
    "of no mail": '{"mail_key": null, "n": 1}\n{"mail_key": null, "n": 2}\n',
    "of one mail, twice": '{"mail_key": "x", "n": 1}\n{"mail_key": "x", "n": 2}\n',
    "a number as key": '[]\n{"mail_key": "0"}\n',
    "a line separator in a text": '{"a": "b\u2028c"}\n',
    "empty lines": '\n{"a": 1}\n\n',
    "line ends of Windows": '{"a": 1}\r\n{"a": 2}\r\n',
}


@pytest.mark.parametrize("text", OF_OTHERS.values(), ids=OF_OTHERS)
def test_lines_of_others_stay(tmp_path: Path, text: str) -> None:
    file = tmp_path / "routes.jsonl"
    file.write_bytes(text.encode())
    target = JsonlTarget(JsonlTargetSettings(kind="jsonl", file=str(file)))
    planned: list[Planned] = []
    for number in range(2):
        planned += target.plan(Item(f"key{number}", ("queue=billing",), {"queue": "billing"}))
    target.apply(planned)
    target.apply(planned)
    lines = [json.dumps({"mail_key": f"key{number}", "queue": "billing"}) + "\n" for number in range(2)]
    assert file.read_bytes().decode() == text + "".join(lines)
    assert target.undo(planned) == 0
    assert file.read_bytes().decode() == text


def test_who_may_read_the_file_still_may(tmp_path: Path) -> None:
    file = tmp_path / "routes.jsonl"
    for mode in (0o600, 0o640):
        write_whole(file, b"x")
        assert stat.S_IMODE(file.stat().st_mode) == mode
        file.chmod(0o640)


def test_an_undo_removes_what_a_killed_job_left_of_a_file(tmp_path: Path) -> None:
    target = EmlTarget(EmlTargetSettings(kind="eml", folder=str(tmp_path)))
    planned = target.plan(Item("key", ("queue=billing",), {}, message(0)))
    (tmp_path / ".key.eml.part").write_bytes(message(0)[:20])
    target.undo(planned)
    assert not _files(tmp_path)


def test_fewer_days_are_fewer_mails(lake: tuple[Path, list[str]], tmp_path: Path) -> None:
    assert write_routes(_work(_targets(tmp_path), "jsonl"), 2.5 / 24) == Counts(written=3)


@pytest.mark.parametrize("after", [False, True], ids=["before it is applied", "after it is applied"])
def test_a_job_that_ends_between_plan_and_note(lake: tuple[Path, list[str]], tmp_path: Path, after: bool) -> None:
    settings = _targets(tmp_path)
    with pytest.raises(InterruptedError):
        write_routes(_work(settings, "eml", target=_Ending(tmp_path / "out/eml", after=after)), 7)
    assert write_routes(_work(settings, "eml"), 7) == Counts(written=COUNT)
    assert len(_files(tmp_path / "out")) == COUNT
    undo_routes(_work(settings, "eml"))
    assert not _files(tmp_path / "out")


def test_an_unknown_target(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no target 'jsonll'.*Did you mean jsonl"):
        target_of("jsonll", _targets(tmp_path))


class _Ending(EmlTarget):
    """A target whose process ends when it applies the first chunk."""

    def __init__(self, folder: Path, *, after: bool) -> None:
        super().__init__(EmlTargetSettings(kind="eml", folder=str(folder)))
        self._after = after

    def apply(self, planned: Sequence[Planned]) -> None:
        if self._after:
            super().apply(planned)
        raise InterruptedError
