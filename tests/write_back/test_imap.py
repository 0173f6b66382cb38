"""Keywords on a real server: set once whatever is killed, and taken back exactly."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lakes import SECRET
from tests.write_back.dovecot import DOVECOT, PASSWORD, USER, Server, dovecot
from tests.write_back.lakes import make_lake, message, store_of
from triage.config import PROJECT
from triage.config.write_back import ImapTargetSettings
from triage.lake.tables import REVEALS, WRITE_BACKS
from triage.mail.keys import mail_key
from triage.write_back.targets.base import Item, TargetError
from triage.write_back.targets.imap import ImapTarget

pytestmark = pytest.mark.skipif(DOVECOT is None, reason="Debian's package dovecot-imapd is not installed")

BILLING, HIGH = "triage-queue-billing", "triage-priority-high"
MAILS = 12
ITEM = Item(mail_key(message(0)), ("queue=billing",), {}, message(0))


@pytest.fixture
def server() -> Iterator[Server]:
    with dovecot() as running:
        yield running


class Job:
    """jobs/write_back.py over a lake and a server."""

    def __init__(self, root: Path, port: int, chunk: int = 3) -> None:
        self.root, self.conf = root, root.parent / "own.yaml"
        target = {
            "kind": "imap", "host": "127.0.0.1", "port": port, "security": "none",
            "user_env": "DESK_USER", "password_env": "DESK_PASSWORD",
        }  # fmt: skip
        self.conf.write_text(json.dumps({"write_back": {"targets": {"desk": target}, "chunk": chunk}}), "utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(PROJECT / "jobs" / "write_back.py"), "desk", "--conf", str(self.conf)]
        variables = {"TRIAGE_KEY": SECRET, "PYTHONPATH": str(PROJECT), "DESK_USER": USER, "DESK_PASSWORD": PASSWORD}
        return subprocess.Popen(
            [*command, "--set", f"lake.root={self.root}", *arguments],
            env=os.environ | variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out


@pytest.mark.slow
def test_keywords_are_set_once_whatever_is_killed_and_taken_back(server: Server, tmp_path: Path) -> None:
    job = Job(tmp_path / "lake", server.port)
    make_lake(job.root, MAILS)
    server.append([message(0)], ["\\Seen", "Personal", BILLING])  # a person set our keyword before
    server.append([message(number) for number in range(1, MAILS)], ["\\Flagged"])
    server.append([message(1), message(2).replace(b"look", b"do not look")])  # a copy; another mail of one Message-ID
    before = server.flags()

    assert "11 mails would be written" in job.run("--dry-run", "--reason", "case 1", "--days", "0.45")
    assert server.flags() == before

    for _ in range(2):  # killed as soon as it has set something more
        seen = _marked(server)
        process = job.start("--reason", "case 1")
        while process.poll() is None and _marked(server) == seen:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    job.run("--reason", "case 1")
    written = server.flags()
    for uid, flags in before.items():
        added = [] if uid == max(before) else [BILLING, HIGH]
        assert written[uid] == sorted({*flags, *added}), uid

    assert "0 mails written, 12 as before" in job.run("--reason", "case 1")
    assert server.flags() == written

    process = job.start("--undo")
    while process.poll() is None and _marked(server) == _count(written):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    job.run("--undo")
    assert server.flags() == before
    assert "0 mails taken back" in job.run("--undo")
    _leaves_no_clear_text(job.root)


@pytest.mark.slow
def test_a_new_route_takes_the_place_of_the_old_one(server: Server, tmp_path: Path) -> None:
    first, second = Job(tmp_path / "lake", server.port), tmp_path / "other"
    make_lake(first.root, 2)
    server.append([message(0), message(1)], ["\\Seen"])
    before = server.flags()
    first.run("--reason", "case 1")
    make_lake(second, 2, queue="sales")
    (first.root / "gold" / "routes").rename(tmp_path / "was")
    (second / "gold" / "routes").rename(first.root / "gold" / "routes")
    first.run("--reason", "case 1")
    assert set(map(tuple, server.flags().values())) == {("\\Seen", HIGH, "triage-queue-sales")}
    first.run("--undo")
    assert server.flags() == before


@pytest.mark.slow
def test_a_wrong_password_ends_with_2_and_no_server_with_75(server: Server, tmp_path: Path) -> None:
    job = Job(tmp_path / "lake", server.port)
    make_lake(job.root, 1)
    variables = {"TRIAGE_KEY": SECRET, "PYTHONPATH": str(PROJECT), "DESK_USER": USER, "DESK_PASSWORD": "wrong-one"}
    for port, code in ((server.port, 2), (1, 75)):
        job.conf.write_text(re.sub(r'"port": \d+', f'"port": {port}', job.conf.read_text()), "utf-8")
        command = [sys.executable, str(PROJECT / "jobs" / "write_back.py"), "desk", "--conf", str(job.conf)]
        done = subprocess.run(
            [*command, "--set", f"lake.root={job.root}", "--reason", "case 1"],
            env=os.environ | variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "wrong-one" not in done.stderr


def _target(server: Server, monkeypatch: pytest.MonkeyPatch, folder: str) -> ImapTarget:
    monkeypatch.setenv("DESK_USER", USER)
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    settings = ImapTargetSettings(
        kind="imap", host="127.0.0.1", port=server.port, security="none", folders=(folder,),
        user_env="DESK_USER", password_env="DESK_PASSWORD",
    )  # fmt: skip
    return ImapTarget(settings)


def test_a_look_changes_nothing_and_a_folder_to_read_only_is_a_fault_of_the_settings(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.create("Desk")
    server.append([message(0)], folder="Desk")
    for only_looks, recent in ((True, 1), (False, 0)):
        desk = _target(server, monkeypatch, "Desk")
        desk.only_looks = only_looks
        with desk:
            [planned] = desk.plan(ITEM)
        assert planned.added == ITEM.marks
        assert server.recent("Desk") == recent
    server.protect("Desk", "lr")
    with pytest.raises(TargetError, match="may only be read"), _target(server, monkeypatch, "Desk") as desk:
        desk.plan(ITEM)


def _marked(server: Server) -> int:
    return _count(server.flags())


def _count(flags: dict[int, list[str]]) -> int:
    return sum(word in (BILLING, HIGH) for words in flags.values() for word in words)


def _leaves_no_clear_text(root: Path) -> None:
    looks = list(store_of(root).rows(REVEALS, ("action", "outcome", "reason")))
    assert looks and all(row == {"action": "export", "outcome": "shown", "reason": "case 1"} for row in looks)
    noted = list(store_of(root).rows(WRITE_BACKS, WRITE_BACKS.column_names))
    assert noted and "customer.example" not in str(noted)
