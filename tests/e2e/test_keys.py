"""What only the key's owner may do: reveal a token, export a person, put another key in the old one's place."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from time import sleep

import pytest

from tests.e2e.test_kill import SEED, kill_after
from tests.lakes import SECRET, Lake
from tests.persons import ADDRESS, NAME, THEIRS, leaks
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.tokens import TOKEN, pseudonym

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

NEW = "6b" * 32
OLD_KEYS, NEW_KEYS = keys_from_secret(bytes.fromhex(SECRET)), keys_from_secret(bytes.fromhex(NEW))
TOKENED = ("sender", "recipients", "subject", "body", "attachments", "message_token", "thread_token")


def test_a_value_is_shown_after_an_audit_row_says_why(peopled: Lake, tmp_path: Path) -> None:
    lake, token = peopled.copied(tmp_path), pseudonym("EMAIL_ADDRESS", ADDRESS, OLD_KEYS)
    lake.run("reveal", token, expect=2)
    lake.run("reveal", token, "--reason", f"asked by {ADDRESS}", expect=2)
    shown = lake.run("reveal", token, "--reason", "ticket 7").stdout  # one of the spellings in the mails
    assert shown in (f"{ADDRESS}\n", f"{ADDRESS.upper()}\n")
    lake.run("reveal", token.replace(token[-5:-1], "0000"), "--reason", "ticket 8", expect=1)
    lake.environment = {"TRIAGE_KEY": NEW}
    assert "KeyMaterialError" in lake.run("reveal", token, "--reason", "ticket 9", expect=2).stderr
    rows = sorted(lake.rows("ops/reveals"), key=lambda row: row["revealed_at"])
    assert [(row["reason"], row["outcome"]) for row in rows] == [
        ("", "refused"), ("ticket 7", "shown"), ("ticket 8", "unknown"), ("ticket 9", "wrong_key")
    ]  # fmt: skip
    assert all(row["os_user"] and row["key_id"] for row in rows)
    assert not any(ADDRESS in str(row) or token in str(row) for row in rows)


def test_a_persons_mails_are_exported_for_one_pair_of_eyes(peopled: Lake, tmp_path: Path) -> None:
    lake, out = peopled.copied(tmp_path), tmp_path / "person.json"
    lake.run("export_person", "--address", ADDRESS, "--reason", "ticket 7", "--out", str(out))
    told = json.loads(out.read_text("utf-8"))
    assert len(told["mails"]) == len(THEIRS)
    assert all(ADDRESS in json.dumps(mail["message"]).lower() for mail in told["mails"])
    assert all(mail["silver/mail"] and mail["gold/labels"] and mail["gold/routes"] for mail in told["mails"])
    assert out.stat().st_mode & 0o777 == 0o600
    assert [(row["action"], row["outcome"]) for row in lake.rows("ops/reveals")] == [("export", "shown")]


def groups(lake: Lake) -> dict[str, Counter[int]]:
    """By entity: how many tokens stand in how many places, which is what joins see."""
    text = "\n".join(repr([row[name] for name in TOKENED]) for row in lake.rows("silver/mail"))
    sizes = Counter(found[0] for found in TOKEN.finditer(text))
    by_entity: dict[str, Counter[int]] = {}
    for token, size in sizes.items():
        by_entity.setdefault(re.sub(r"_[0-9a-f]{6}_.*", "", token), Counter())[size] += 1
    return by_entity


def pairs(lake: Lake) -> Counter[int]:
    """How often two mails share a sender, and how many files hold how many mails."""
    senders = Counter((row["sender"] or {}).get("address") for row in lake.rows("silver/mail"))
    files = Counter(row["file_key"] for row in lake.rows("vault/raw_mail"))
    return Counter([*senders.values(), *files.values()])


def test_joins_are_after_a_rotation_what_they_were(peopled: Lake, tmp_path: Path) -> None:
    lake, exports = peopled.copied(tmp_path), peopled.root.parent / "exports"
    before, joined = groups(lake), pairs(lake)
    lake.environment = {"NEW_KEY": NEW}
    moments = random.Random(SEED)
    for _ in range(2):
        kill_after(lake.start("rotate", "--new-key-env", "NEW_KEY"), moments.uniform(15, 50))
    lake.run("rotate", "--new-key-env", "NEW_KEY")
    assert groups(lake) == before and pairs(lake) == joined
    old = OLD_KEYS.key_id[:6]
    assert leaks(lake.root, bytes.fromhex(NEW), f"_{old}_") == set()
    assert {row["key_id"] for row in lake.rows("silver/mail")} == {NEW_KEYS.key_id}
    assert "KeyMaterialError" in lake.run("nightly", "--source", str(exports), expect=2).stderr
    lake.environment = {"TRIAGE_KEY": NEW}
    assert lake.nightly(exports)["messages_read"] == 0
    for entity, value in (("EMAIL_ADDRESS", ADDRESS), ("PERSON", NAME)):
        shown = lake.run("reveal", pseudonym(entity, value, NEW_KEYS), "--reason", "ticket 7").stdout
        assert shown.strip().lower() == value.lower()


def test_a_killed_rotation_closes_the_lake_until_it_has_ended(peopled: Lake, tmp_path: Path) -> None:
    lake, exports = peopled.copied(tmp_path), peopled.root.parent / "exports"
    lake.environment = {"NEW_KEY": NEW}
    process = lake.start("rotate", "--new-key-env", "NEW_KEY")
    keys = lake.root / "vault" / "keys" / "_delta_log" / "00000000000000000001.json"
    while process.poll() is None and not keys.exists():
        sleep(0.05)
    kill_after(process, 0)
    done = lake.run("nightly", "--source", str(exports), expect=1)
    assert "rotation" in done.stderr
    lake.run("rotate", "--new-key-env", "NEW_KEY")


@pytest.mark.parametrize(
    "arguments",
    [[], ["--new-key-env", "NOT_SET"], ["--new-key-file", "/no/such/file"], ["--new-key-env", "TRIAGE_KEY"]],
    ids=["no key", "not set", "no file", "the old key"],
)
def test_wrong_use(tmp_path: Path, arguments: list[str]) -> None:
    Lake(tmp_path / "lake").run("rotate", *arguments, expect=2)
