"""A person leaves the lake: no byte stays, nobody else loses one, and the certificate says so."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_kill import SEED, kill_after
from tests.lakes import SECRET, Lake
from tests.persons import (
    ADDRESS,
    LONGER,
    MENTIONS,
    NAME,
    OTHER,
    THEIRS,
    certificate,
    leaks,
    mails,
    write_export,
)
from triage.mail.keys import mail_key
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.tokens import pseudonym

pytestmark = [pytest.mark.slow, pytest.mark.core, pytest.mark.timeout(1_800)]

KEYS = keys_from_secret(bytes.fromhex(SECRET))
TOKENS = (pseudonym("EMAIL_ADDRESS", ADDRESS, KEYS), pseudonym("PERSON", NAME, KEYS))
TABLES = ("vault/raw_mail", "silver/mail", "gold/labels", "gold/routes", "quarantine/mail")


def keys_of(*which: str) -> set[str]:
    """Keys of the person's mails, as the lake knows them: an mbox record ends with a blank line."""
    return {mail_key(mails()[what] + b"\n") for what in which}


def rows_by_key(lake: Lake, table: str) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for row in lake.rows(table):
        rows.setdefault(row["mail_key"], []).append(repr(row))
    return {key: sorted(found) for key, found in rows.items()}


def state(lake: Lake) -> dict[str, dict[str, list[str]]]:
    return {table: rows_by_key(lake, table) for table in TABLES}


def sought(*which: str) -> tuple[str, ...]:
    return (ADDRESS, NAME, *TOKENS, *keys_of(*which))


@pytest.fixture(scope="module")
def erased(peopled: Lake, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, str]:
    """The lake without the person, and what the job printed."""
    lake = peopled.copied(tmp_path_factory.mktemp("erased"))
    done = lake.run("erase", "--address", ADDRESS)
    assert ADDRESS not in (done.stdout + done.stderr) and NAME not in (done.stdout + done.stderr)
    return lake, done.stdout


def test_no_byte_of_the_person_is_left(peopled: Lake, erased: tuple[Lake, str]) -> None:
    before = {value for _, value in leaks(peopled.root, bytes.fromhex(SECRET), *sought(*THEIRS))}
    assert before >= {ADDRESS, NAME, *TOKENS}, "the search finds what is there"
    assert leaks(erased[0].root, bytes.fromhex(SECRET), *sought(*THEIRS)) == set()


def test_other_peoples_rows_are_what_they_were(peopled: Lake, erased: tuple[Lake, str]) -> None:
    gone, mentioned = keys_of(*THEIRS), keys_of(*MENTIONS)
    before, after = state(peopled), state(erased[0])
    for table in TABLES:
        touched = gone | (mentioned if table in ("vault/raw_mail", "silver/mail") else set())
        assert set(after[table]) == set(before[table]) - gone, table
        assert {k: v for k, v in after[table].items() if k not in touched} == {
            k: v for k, v in before[table].items() if k not in touched
        }
    bodies = {row["mail_key"]: row["body"] for row in erased[0].rows("silver/mail")}
    assert all("<ERASED>" in bodies[key] for key in mentioned)


def test_the_certificate_tells_and_names_nobody(erased: tuple[Lake, str]) -> None:
    lake, line = erased
    told = certificate(line)
    assert told["rows_removed"]["silver/mail"] == told["rows_removed"]["vault/raw_mail"] == len(THEIRS)
    assert told["findings"] == [] and told["scanned"]["files"] > 50
    subject = told["subject"]
    assert hashlib.sha256(bytes.fromhex(subject["salt"]) + ADDRESS.encode()).hexdigest() == subject["salted_hash"]
    text = json.dumps(told)
    assert not any(value in text for value in sought(*THEIRS))
    done = [row for row in lake.rows("ops/erasures") if row["phase"] == "done"]
    assert [row["salted_hash"] for row in done] == [subject["salted_hash"]]
    path = Path(line.split(": ")[0])
    assert done[0]["certificate_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "signature holds" in lake.run("erase", "--verify", str(path)).stdout
    altered = path.with_name("altered.json")
    altered.write_text(path.read_text("utf-8").replace("erased, and", "erased and"), "utf-8")
    lake.run("erase", "--verify", str(altered), expect=1)


def test_the_next_night_finds_nothing_new_and_what_was_erased_stays_away(
    peopled: Lake, erased: tuple[Lake, str], tmp_path: Path
) -> None:
    lake = erased[0].copied(tmp_path)
    again = tmp_path / "again.mbox"
    write_export(again)
    counts = lake.nightly(peopled.root.parent / "exports", again)
    assert (counts["messages_read"], counts["messages_new"]) == (len(mails()), 0)
    assert leaks(lake.root, bytes.fromhex(SECRET), ADDRESS, *TOKENS) == set()


def test_an_unknown_address_changes_nothing_and_is_certified(erased: tuple[Lake, str], tmp_path: Path) -> None:
    lake = erased[0].copied(tmp_path)
    before = state(lake)
    told = certificate(lake.run("erase", "--address", "nobody.here@persons.example").stdout)
    assert told["result"] == "nothing was found of this subject" and told["rows_removed"] == {}
    assert state(lake) == before


def test_a_hold_stops_it_before_anything_is_touched(peopled: Lake, tmp_path: Path) -> None:
    lake, holds = peopled.copied(tmp_path), tmp_path / "holds.yaml"
    hold = {
        "id": "HOLD-7",
        "reason": "a case",
        "address_sha256": [hashlib.sha256(OTHER.encode()).hexdigest()],
    }
    holds.write_text(json.dumps([hold]), "utf-8")
    before = {name: v for name, v in lake.versions().items() if name.split("/")[0] != "vault"}
    for who in (OTHER, ADDRESS):  # he himself, and she, whose mails he wrote and got
        done = lake.run("erase", "--address", who, "--set", f"privacy.legal_holds={holds}", expect=1)
        assert "HOLD-7" in done.stderr and who not in done.stderr
    assert {name: v for name, v in lake.versions().items() if name.split("/")[0] != "vault"} == before


def test_by_pseudonym_and_by_mail_key(peopled: Lake, tmp_path: Path) -> None:
    lake, who = peopled.copied(tmp_path), tmp_path / "who.txt"
    longer, [alone] = pseudonym("EMAIL_ADDRESS", LONGER, KEYS), keys_of("nothing of hers")
    who.write_text(f"{longer}\n{alone}\n", "utf-8")
    lines = lake.run("erase", "--file", str(who)).stdout.splitlines()
    counts: list[Any] = [certificate(line)["rows_removed"]["silver/mail"] for line in lines]
    assert counts == [1, 1]
    assert leaks(lake.root, bytes.fromhex(SECRET), LONGER, longer, alone) == set()
    left = {row["mail_key"] for row in lake.rows("silver/mail")}
    assert keys_of(*THEIRS, *MENTIONS) <= left


def test_killed_and_started_again(peopled: Lake, erased: tuple[Lake, str], tmp_path: Path) -> None:
    lake, moments = peopled.copied(tmp_path), random.Random(SEED)
    for _ in range(3):
        kill_after(lake.start("erase", "--address", ADDRESS), moments.uniform(12, 45))
    told = certificate(lake.run("erase", "--address", ADDRESS).stdout)
    assert told["findings"] == []
    assert {t: set(rows) for t, rows in state(lake).items()} == {t: set(rows) for t, rows in state(erased[0]).items()}
    assert leaks(lake.root, bytes.fromhex(SECRET), *sought(*THEIRS)) == set()


@pytest.mark.parametrize(
    "arguments",
    [[], ["--address", "nobody"], ["--pseudonym", "x"], ["--mail-key", "1"], ["--verify", "/no/such/file"]],
    ids=["nobody", "no address", "no token", "no key", "no certificate"],
)
def test_wrong_use(tmp_path: Path, arguments: list[str]) -> None:
    Lake(tmp_path / "lake").run("erase", *arguments, expect=2)
