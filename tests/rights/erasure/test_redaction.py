"""Names leave a message's bytes, and everything else stays."""

from __future__ import annotations

import base64
import re

import pytest

from triage.rights.erasure.redaction import redact, redact_text
from triage.rights.search.persons import Person, name_terms
from triage.rights.search.scanner import Scanner
from triage.rights.search.subjects import Subject

NAME = "zelda müller"
PERSON = Person(Subject("address", "z@persons.example"), names={NAME})
SCANNER = Scanner(name_terms([PERSON]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"I met Zelda M\xc3\xbcller today.", b"I met ERASED today."),
        (b"I met Zelda M\xfcller today.", b"I met ERASED today."),
        (b"I met ZELDA  M\xc3\x9cLLER today.", b"I met ERASED today."),
        (b"M\xc3\xbcller, Zelda wrote", b"ERASED wrote"),
        (b"I met Zelda=20M=C3=BCller today.", b"I met ERASED today."),
        (b"CV_Zelda_M\xc3\xbcller.pdf", b"CV_ERASED.pdf"),
        (b"Zelda M\xc3\xbcllerin", b"Zelda M\xc3\xbcllerin"),
        (b"Zelda and Mr M\xc3\xbcller", b"Zelda and Mr M\xc3\xbcller"),
    ],
    ids=["utf-8", "latin-1", "upper case", "last first", "quoted", "file name", "longer name", "apart"],
)
def test_names_are_blanked_in_place(before: bytes, after: bytes) -> None:
    assert redact(before, [NAME], SCANNER) == after


def test_base64_blocks_are_made_anew() -> None:
    clear = "I met Zelda Müller today. ".encode() + b"And so on. " * 12
    mail = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(clear).replace(b"\n", b"\r\n")
    made = redact(mail, [NAME], SCANNER)
    assert made is not None
    head, _, body = made.partition(b"\r\n\r\n")
    assert base64.b64decode(body) == b"I met ERASED today. " + b"And so on. " * 12
    assert b"\r\n" in body and head == b"Content-Transfer-Encoding: base64"


def test_what_cannot_be_blanked_goes_whole() -> None:
    twice = base64.b64encode(base64.b64encode("So says Zelda Müller here.".encode()))
    assert redact(b"x: " + twice, [NAME], SCANNER) is None


def test_published_text_loses_tokens_and_names() -> None:
    token = "<PERSON_858c78_f64f83eaa1ddefd3>"
    text = f"Zelda Müller or {token} or <PERSON_858c78_0000000000000000>, żółć"
    made = redact_text(text, [NAME], re.compile(re.escape(token)), "<ERASED>")
    assert made == "<ERASED> or <ERASED> or <PERSON_858c78_0000000000000000>, żółć"
