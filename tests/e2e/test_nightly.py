"""The nightly job from export to route, and again."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from tests.lakes import Lake
from triage.samples.files.writers import write_mbox
from triage.samples.generator import generate

pytestmark = [pytest.mark.slow, pytest.mark.core]


def models_of(trained: Lake) -> list[str]:
    return ["--set", f"mlflow.tracking_uri=sqlite:///{trained.root}.mlflow/mlflow.db"]


def test_every_published_mail_is_labelled_and_routed(trained: Lake) -> None:
    published = {row["mail_key"] for row in trained.rows("silver/mail")}
    held = {row["mail_key"] for row in trained.rows("quarantine/mail")}
    found = {row["mail_key"] for row in trained.rows("vault/raw_mail")}
    assert published | held == found
    assert not published & held
    assert {row["mail_key"] for row in trained.rows("gold/routes")} == published
    labelled = {(row["mail_key"], row["head"]) for row in trained.rows("gold/labels")}
    assert len(labelled) == 4 * len(published)
    assert {head for _, head in labelled} == {"category", "priority", "sentiment", "kind"}


def test_every_held_mail_has_a_reason(trained: Lake) -> None:
    assert all(row["reasons"] for row in trained.rows("quarantine/mail"))


def test_the_same_again_changes_nothing(trained: Lake, mbox: Path) -> None:
    before = trained.versions()
    counts = trained.nightly(mbox)
    assert counts["messages_read"] == 0
    assert trained.versions() == before


def test_nothing_new_needs_no_jvm(trained: Lake, mbox: Path) -> None:
    no_java = Lake(trained.root, {"JAVA_HOME": "/no/such/java", "PATH": "/no/such/folder"}, own_process=True)
    assert no_java.nightly(mbox)["batches"] == []


def test_something_new_needs_a_jvm(tmp_path: Path, mbox: Path) -> None:
    no_java = Lake(tmp_path / "lake", {"JAVA_HOME": "/no/such/java"}, own_process=True)
    no_java.run("nightly", "--source", str(mbox), expect=1)
    assert [row["kind"] for row in no_java.rows("ops/ledger")] == ["file"]


def test_a_grown_mbox_gives_exactly_what_was_added(tmp_path: Path, trained: Lake) -> None:
    lake, export = Lake(tmp_path / "lake"), tmp_path / "grown.mbox"
    first = list(generate(60, seed=12))
    write_mbox(first[:50], export)
    distinct = lake.nightly(export, options=models_of(trained))["messages_new"]
    size = export.stat().st_size
    write_mbox(first[50:], tmp_path / "more.mbox")
    with export.open("ab") as stream:
        stream.write((tmp_path / "more.mbox").read_bytes())
    grown = lake.nightly(export, options=models_of(trained))
    known = {row["mail_key"] for row in lake.rows("vault/raw_mail")}
    assert export.stat().st_size > size
    assert grown["messages_read"] == 10
    assert len(known) == distinct + grown["messages_new"]


def test_the_same_messages_in_another_format_are_duplicates(tmp_path: Path, trained: Lake, mbox: Path) -> None:
    lake = Lake(tmp_path / "lake")
    small = tmp_path / "small.mbox"
    mails = list(generate(40, seed=13))
    write_mbox(mails, small)
    first = lake.nightly(small, options=models_of(trained))
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, mail in enumerate(mails):
        (folder / f"{number}.eml").write_bytes(mail.raw)
    shutil.make_archive(str(tmp_path / "folder"), "zip", folder)
    again = lake.nightly(folder, tmp_path / "folder.zip", options=models_of(trained))
    assert again["messages_read"] == 2 * first["messages_read"]
    assert again["messages_new"] == 0


def test_quarantine_is_replayed_after_a_fix(tmp_path: Path, trained: Lake) -> None:
    lake, export = Lake(tmp_path / "lake"), tmp_path / "mails.mbox"
    write_mbox(generate(30, seed=14), export)
    held = lake.nightly(export, options=[*models_of(trained), "--set", "limits.headers=1"])
    assert held["messages_published"] == 0
    lake.run("replay", *models_of(trained), "--reason", "TOO_MANY_HEADERS")
    again = {row["mail_key"] for row in lake.rows("silver/mail")}
    left = {row["mail_key"]: row["reasons"] for row in lake.rows("quarantine/mail")}
    assert len(again) + len(left) == held["messages_new"]
    assert not again & set(left)
    assert len(again) > 0.8 * held["messages_new"]
    assert not any("TOO_MANY_HEADERS" in reasons for reasons in left.values())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "lake.rot=x"], "lake.root"),
        (["--source", "/no/such/export.mbox"], "does not exist"),
        (["--conf", "/no/such/file.yaml"], "cannot be read"),
        (["--set", "privacy.key_file=/no/such/key", "--set", "privacy.key_env=NO_SUCH_VARIABLE"], "key"),
        (["--set", "mode=production", "--set", "privacy.key_env=NO_SUCH_VARIABLE"], "production"),
        (["--set", "routing.rules=/no/such/rules.yaml"], "rule"),
        (["--set", "privacy.policy=/no/such/policy.yaml"], "policy"),
        (["--set", "sources=[]"], "source"),
        (["--set", "lake.root=/proc/no/lake"], "lake.root"),
        (["--summary", "/"], "summary"),
    ],
    ids=[
        "unknown setting",
        "no source",
        "no settings file",
        "no key file",
        "no production key",
        "no rules",
        "no policy",
        "empty sources",
        "lake cannot be written",
        "summary is a folder",
    ],
)
def test_wrong_input_is_told_and_loses_nothing(lake: Lake, arguments: list[str], told: str) -> None:
    result = lake.run("nightly", *arguments, expect=2)
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert not lake.root.exists()


def test_a_registry_that_cannot_be_is_found_before_anything_is_read(tmp_path: Path, mbox: Path) -> None:
    lake = Lake(tmp_path / "lake")
    wrong = ["--set", "mlflow.tracking_uri=nonsense://x"]
    assert "mlflow.tracking_uri" in lake.run("nightly", "--source", str(mbox), *wrong, expect=2).stderr
    assert not (lake.root / "vault").exists()


def test_two_runs_at_once_do_not_mix(tmp_path: Path, trained: Lake, mbox: Path) -> None:
    lake = Lake(tmp_path / "lake")
    first = lake.start("nightly", "--source", str(mbox), *models_of(trained))
    while not (lake.root / "ops" / "ledger" / "_delta_log").exists():
        assert first.poll() is None
        time.sleep(0.2)
    assert "Another run" in lake.run("nightly", "--source", str(mbox), expect=75).stderr
    assert first.wait() == 0
