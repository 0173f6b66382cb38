"""Whoever was erased after a backup does not come back by its restore."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lakes import SECRET, Lake
from tests.persons import ADDRESS, NAME, THEIRS, certificate, leaks, mails
from triage.backup.repository.repository import Repository
from triage.mail.keys import mail_key
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.tokens import pseudonym

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

KEYS = keys_from_secret(bytes.fromhex(SECRET))
TOKENS = (pseudonym("EMAIL_ADDRESS", ADDRESS, KEYS), pseudonym("PERSON", NAME, KEYS))
THEIR_KEYS = {mail_key(mails()[what] + b"\n") for what in THEIRS}


def left_of_her(lake: Lake) -> set[str]:
    return {value for _, value in leaks(lake.root, bytes.fromhex(SECRET), ADDRESS, NAME, *TOKENS, *THEIR_KEYS)}


def keys_in(lake: Lake, table: str) -> set[str]:
    return {row["mail_key"] for row in lake.rows(table)}


def test_an_erasure_since_the_backup_is_made_again_before_any_job_may_use_the_lake(
    peopled: Lake, tmp_path: Path
) -> None:
    lake, repository = peopled.copied(tmp_path), tmp_path / "repository"
    lake.run("backup", "--to", str(repository))
    lake.run("erase", "--address", ADDRESS)
    lake.run("backup", "--to", str(repository))
    before, after = Repository(str(repository)).names()

    new = Lake(tmp_path / "new" / "lake", lake.environment)
    words = ("--from", str(repository), "--backup", before, "--to", str(new.root))
    keyless = Lake(new.root, {**new.environment, "TRIAGE_KEY": ""})
    told = keyless.run("restore", *words, "--set", "mode=production", expect=1)
    assert "NOT IN USE: 1 erasures since the backup are due" in told.stdout
    assert left_of_her(new) >= {ADDRESS, NAME, *TOKENS}, "the older backup has her still"
    for job, arguments in (
        ("nightly", ("--source", str(peopled.root.parent / "exports"))),
        ("query", ("SELECT count(*) FROM silver.mail",)),
        ("explain", (min(THEIR_KEYS),)),
        ("backup", ("--to", str(tmp_path / "other"))),
        ("maintain", ()),
    ):
        refused = new.run(job, *arguments, expect=1)
        assert "are due again" in refused.stderr, job

    again = new.run("restore", *words)
    [line] = [line for line in again.stdout.splitlines() if line.startswith("erased again: ")]
    assert certificate(line.removeprefix("erased again: "))["rows_removed"]["silver/mail"] == len(THEIRS)
    assert left_of_her(new) == set()
    for table in ("vault/raw_mail", "silver/mail", "gold/labels", "gold/routes"):
        assert keys_in(new, table) == keys_in(peopled, table) - THEIR_KEYS == keys_in(lake, table), table
    assert ADDRESS not in again.stdout + again.stderr + told.stdout + told.stderr
    counts = new.nightly(peopled.root.parent / "exports")
    assert counts["messages_new"] == 0, "her mail in the export stays away"
    assert left_of_her(new) == set()

    newest = Lake(tmp_path / "newest" / "lake", lake.environment)
    newest.run("restore", "--from", str(repository), "--backup", after, "--to", str(newest.root))
    assert left_of_her(newest) == set(), "a backup after the erasure has nothing of her"
