"""What a mail store notes of a mail becomes marks, and never a word that a person chose."""

from __future__ import annotations

import pytest

from triage.config import LimitSettings
from triage.mail.keys import mail_key
from triage.mail.parsing.message import parse

MAIL = b"From: a@example.org\nTo: b@example.org\nDate: Mon, 1 May 2023 22:09:39 +0200\nSubject: hello\n\ntext\n"


@pytest.mark.parametrize(
    ("fields", "marks"),
    [
        pytest.param(b"", set(), id="nothing"),
        pytest.param(b"X-GM-THRID: 17\nX-Gmail-Labels: Inbox,Important,Opened\n", {"INBOX", "IMPORTANT"}, id="Gmail"),
        pytest.param(b"X-Gmail-Labels: Archived,Jane Doe,Category Promotions\n", {"ARCHIVED", "PROMOTIONS"}, id="own"),
        pytest.param(b"X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe,Ungelesen?=\n", {"DRAFT", "UNREAD"}, id="German"),
        pytest.param(b"X-Gmail-Labels: Sent,\n Starred\n", {"SENT", "STARRED"}, id="folded"),
        pytest.param(b"X-Gmail-Labels: Inbox/Jane, spammer\n", set(), id="only whole labels"),
        pytest.param(b"X-Mozilla-Status: 0009\nX-Mozilla-Status2: 00000000\n", {"TRASH"}, id="Thunderbird, deleted"),
        pytest.param(b"X-Mozilla-Status: 0001\n", set(), id="Thunderbird, read"),
        pytest.param(b"X-Mozilla-Status: zz\n", set(), id="Thunderbird, damaged"),
        pytest.param(b"Status: RO\nX-Status: AF\n", {"STARRED"}, id="mutt, answered and flagged"),
        pytest.param(b"X-Status: DT\n", {"TRASH", "DRAFT"}, id="mutt, deleted draft"),
    ],
)
def test_what_a_store_notes(fields: bytes, marks: set[str]) -> None:
    assert set(parse(fields + MAIL, LimitSettings()).marks) == {f"STORED_{mark}" for mark in marks}
    assert mail_key(fields + MAIL) == mail_key(MAIL)
