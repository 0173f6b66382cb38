"""Mailboxes on disk and the gold files."""

from __future__ import annotations

import gzip
import json
import mailbox
import re
from pathlib import Path
from typing import Any

import pytest

from triage.errors import ConfigError
from triage.samples import SampleMail, generate, write_eml_folder, write_jsonl, write_mbox
from triage.samples.command import FORMATS, write_sample
from triage.samples.files.shipped import FOLDER, GOLD, MAILBOX, PII_GOLD, PLAIN, write_shipped
from triage.samples.gold import gold_row, write_gold, write_pii_gold

MAILS = 640


def rows(path: Path) -> list[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


@pytest.fixture(scope="module")
def mails() -> list[SampleMail]:
    return list(generate(MAILS, seed=9))


def test_an_mbox_gives_every_mail_back(mails: list[SampleMail], tmp_path: Path) -> None:
    assert write_mbox(mails, tmp_path / "m.mbox") == MAILS
    read = list(mailbox.mbox(tmp_path / "m.mbox"))
    assert len(read) == MAILS
    sound = [mail for mail in mails if mail.hostile is None]
    assert [mail.message_id for mail in sound] == [
        message["Message-ID"] for message, mail in zip(read, mails, strict=True) if mail.hostile is None
    ]


def test_lines_that_begin_with_from_are_escaped(mails: list[SampleMail], tmp_path: Path) -> None:
    write_mbox(mails, tmp_path / "m.mbox")
    assert len(re.findall(rb"(?m)^From ", (tmp_path / "m.mbox").read_bytes())) == MAILS


def test_a_gzipped_mbox_is_the_same_each_time_and_unpacks_to_the_plain_one(
    mails: list[SampleMail], tmp_path: Path
) -> None:
    for name in ("a.mbox.gz", "b.mbox.gz", "c.mbox"):
        write_mbox(mails, tmp_path / name)
    assert (tmp_path / "a.mbox.gz").read_bytes() == (tmp_path / "b.mbox.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.mbox.gz").read_bytes()) == (tmp_path / "c.mbox").read_bytes()


def test_an_eml_folder_holds_one_file_a_mail(mails: list[SampleMail], tmp_path: Path) -> None:
    assert write_eml_folder(mails, tmp_path / "eml") == MAILS
    first = min((tmp_path / "eml").iterdir()).read_bytes()
    assert first.replace(b"\r\n", b"\n") == mails[0].raw
    assert len(list((tmp_path / "eml").iterdir())) == MAILS


def test_json_lines_hold_the_decoded_fields(mails: list[SampleMail], tmp_path: Path) -> None:
    write_jsonl(mails, tmp_path / "m.jsonl")
    sound = [mail for mail in mails if mail.hostile is None]
    assert [row["body"] for row in rows(tmp_path / "m.jsonl")] == [mail.body for mail in sound]


def test_gold_holds_each_sound_message_once(mails: list[SampleMail], tmp_path: Path) -> None:
    write_gold(mails, tmp_path / "gold.jsonl")
    keys = [row["mail_key"] for row in rows(tmp_path / "gold.jsonl")]
    assert len(keys) == len(set(keys)) == sum(mail.hostile is None and not mail.duplicate for mail in mails)


def test_gold_text_holds_no_personal_data(mails: list[SampleMail]) -> None:
    for mail in (one for one in mails if one.labels):
        row = gold_row(mail)
        text = f"{row['subject']}\n{row['text']}"
        for span in mail.spans:
            value = (mail.subject if span.field == "subject" else mail.body)[span.start : span.end]
            # A first name or a town alone may also be a common word.
            if span.entity not in {"PERSON", "LOCATION"} or " " in value:
                assert value not in text
        assert "@" not in text


def test_pii_gold_marks_the_clear_text(mails: list[SampleMail], tmp_path: Path) -> None:
    write_pii_gold(mails, tmp_path / "pii.jsonl")
    written = rows(tmp_path / "pii.jsonl")
    marked = {
        row["text"][start:end] for row in written for start, end, entity in row["spans"] if entity == "EMAIL_ADDRESS"
    }
    assert marked and all(value.count("@") == 1 and " " not in value for value in marked)
    assert all(set(row) == {"id", "text", "spans", "headers"} for row in written)
    assert all({"From", "To", "Subject"} <= set(row["headers"]) for row in written)


def test_the_shipped_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    write_shipped(tmp_path)
    for path in (MAILBOX, GOLD, PLAIN, PII_GOLD):
        # Unpacked, because another zlib may pack the same bytes differently.
        assert gzip.decompress(path.read_bytes()) == gzip.decompress((tmp_path / path.name).read_bytes()), path.name


def test_the_shipped_files_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_000_000


@pytest.mark.parametrize("form", FORMATS)
def test_the_job_writes_every_format(form: str, tmp_path: Path) -> None:
    path = write_sample(tmp_path / "out", form, 20, 1, tmp_path / "gold.jsonl.gz")
    assert path.exists()
    assert len(rows(tmp_path / "gold.jsonl.gz")) <= 20


def test_the_job_refuses_what_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing to write"):
        write_sample(tmp_path, "mbox", 0, 1)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot write"):
        write_sample(tmp_path / "file", "mbox", 1, 1)
