"""A lake of version 0.1 goes on under this version: nights, erasures and rotations, with its model and certificates.

`data/lake_0_1.tar.xz` was written by that version under the tests' key: a night over 24 generated mails, those of
`data/lake_0_1.mbox.xz`, and those of tests/persons.py, which trained its label model; an erasure of one person; and a
reveal.
"""

from __future__ import annotations

import lzma
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_keys import NEW, OLD_KEYS, groups, pairs
from tests.lakes import SECRET, Lake
from tests.persons import ADDRESS, LONGER, NAME, THEIRS, certificate, leaks, write_export
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

ARCHIVE = Path(__file__).parent / "data" / "lake_0_1.tar.xz"
EXPORT = Path(__file__).parent / "data" / "lake_0_1.mbox.xz"
ORIGIN = "/old"
"""The folder of the lake in MLflow's database, which holds absolute paths."""
PATHS = (
    ("runs", "artifact_uri"),
    ("experiments", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
OLD_MAILS, NEW_MAILS = 33, 8
KEPT = ("silver/mail", "vault/pseudonyms", "gold/labels", "gold/routes", "vault/raw_mail", "metrics/runs")


def unpack(folder: Path) -> Lake:
    """The lake at another place, as an operator moves it: MLflow's database is told of the new one."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    with sqlite3.connect(folder / "lake.mlflow" / "mlflow.db") as database:
        for table, column in PATHS:
            database.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                (ORIGIN, str(folder)),
            )
    database.close()
    return Lake(folder / "lake")


def rows(lake: Lake, table: str) -> set[str]:
    """The rows of a table; a column that the old lake does not have yet is null in the new one."""
    return {repr(sorted((name, value) for name, value in row.items() if value is not None)) for row in lake.rows(table)}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return unpack(tmp_path_factory.mktemp("untouched"))


@pytest.fixture(scope="module")
def continued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, dict[str, Any]]:
    """The lake after a night with all of its mail once more and some that is new, and the counts of that night."""
    folder = tmp_path_factory.mktemp("continued")
    exports = folder / "exports"
    exports.mkdir()
    (exports / "mails.mbox").write_bytes(lzma.decompress(EXPORT.read_bytes()))
    write_export(exports / f"{ADDRESS}.mbox")
    write_mbox(generate(NEW_MAILS, seed=8), exports / "more.mbox")
    lake = unpack(folder)
    return lake, lake.nightly(exports)


def test_a_night_takes_what_is_new_and_changes_nothing_old(
    untouched: Lake, continued: tuple[Lake, dict[str, Any]]
) -> None:
    lake, counts = continued
    assert counts["messages_read"] == OLD_MAILS + NEW_MAILS
    assert (counts["messages_new"], counts["messages_duplicate"]) == (NEW_MAILS, OLD_MAILS), (
        "the erased mail counts as known"
    )
    for table in KEPT:
        assert rows(untouched, table) <= rows(lake, table), table
    assert leaks(lake.root, bytes.fromhex(SECRET), LONGER) == set()


def test_the_old_model_labels_new_mail(continued: tuple[Lake, dict[str, Any]]) -> None:
    lake, counts = continued
    labels = lake.rows("gold/labels")
    assert {row["batch_id"] for row in labels} == {1, 2}
    assert {(row["model"], row["model_version"]) for row in labels} == {("triage-labels", "1")}
    assert counts["alerts"] == [] or all("model" not in alert for alert in counts["alerts"])
    assert {row["mail_key"] for row in labels} == {row["mail_key"] for row in lake.rows("silver/mail")}


def test_a_person_is_erased_and_both_certificates_verify(
    continued: tuple[Lake, dict[str, Any]], tmp_path: Path
) -> None:
    lake = continued[0].copied(tmp_path)
    [old_certificate] = Path(f"{lake.root}.certificates").glob("erasure-*.json")
    done = lake.run("erase", "--address", ADDRESS)
    content = certificate(done.stdout)
    assert (content["result"], content["findings"]) == ("erased, and nothing left", [])
    assert content["rows_removed"]["silver/mail"] == content["rows_removed"]["vault/raw_mail"] == len(THEIRS)
    tokens = (pseudonym("EMAIL_ADDRESS", ADDRESS, OLD_KEYS), pseudonym("PERSON", NAME, OLD_KEYS))
    assert leaks(lake.root, bytes.fromhex(SECRET), ADDRESS, NAME, *tokens) == set()
    for path in (old_certificate, Path(done.stdout.split(": ")[0])):
        assert "signature holds" in lake.run("erase", "--verify", str(path)).stdout


def test_a_new_key_takes_over_rows_of_both_versions(continued: tuple[Lake, dict[str, Any]], tmp_path: Path) -> None:
    lake = continued[0].copied(tmp_path)
    before, joined = groups(lake), pairs(lake)
    lake.environment = {"NEW_KEY": NEW}
    lake.run("rotate", "--new-key-env", "NEW_KEY")
    assert groups(lake) == before and pairs(lake) == joined
    assert leaks(lake.root, bytes.fromhex(NEW), f"_{OLD_KEYS.key_id[:6]}_") == set()
    lake.environment = {"TRIAGE_KEY": NEW}
    token = pseudonym("EMAIL_ADDRESS", ADDRESS, keys_from_secret(bytes.fromhex(NEW)))
    assert lake.run("reveal", token, "--reason", "ticket 7").stdout == f"{ADDRESS}\n"
    [old_certificate] = Path(f"{lake.root}.certificates").glob("erasure-*.json")
    assert "signature holds" in lake.run("erase", "--verify", str(old_certificate)).stdout
    again = tmp_path / "again.mbox"
    write_export(again)
    assert lake.nightly(again)["messages_new"] == 0
