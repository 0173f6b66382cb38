"""One message has one key, wherever a copy of it lies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.mail.keys import mail_key

PLAIN = b"From: a@example.org\nSubject: hello\n\nFrom here on.\n>quoted\n"


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(PLAIN.replace(b"\n", b"\r\n"), id="crlf"),
        pytest.param(b"From a@example.org Mon May  1 22:09:39 2023\n" + PLAIN + b"\n", id="mbox"),
        pytest.param(PLAIN.replace(b"\nFrom here", b"\n>From here"), id="mboxo escaped"),
        pytest.param(PLAIN.replace(b"\nFrom here", b"\n>>From here"), id="mboxrd escaped twice"),
        pytest.param(b"Status: RO\nX-Mozilla-Status2: 0000\n" + PLAIN, id="store headers"),
        pytest.param(PLAIN.replace(b"\n\n", b"\nX-Gmail-Labels: a,\n b\n\n", 1), id="folded store header"),
        pytest.param(PLAIN + b"\r\n\r\n", id="trailing lines"),
    ],
)
def test_a_copy_has_the_same_key(copy: bytes) -> None:
    assert mail_key(copy) == mail_key(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(PLAIN.replace(b"hello", b"Hello"), id="subject"),
        pytest.param(PLAIN.replace(b">quoted", b"> quoted"), id="quote"),
        pytest.param(PLAIN.replace(b"\n\n", b"\n\nStatus: RO\n", 1), id="status in the body"),
        pytest.param(b"\n" + PLAIN, id="header taken for body"),
    ],
)
def test_another_message_has_another_key(other: bytes) -> None:
    assert mail_key(other) != mail_key(PLAIN)


def test_key_is_sha256_of_the_canonical_content() -> None:
    # printf 'Subject: x\n\ny' | sha256sum
    assert mail_key(b"Subject: x\r\nLines: 1\r\n\r\ny\r\n") == (
        "f50713dc696207de9f220a4c672bf25703c0d79f0587a53237a66954eb1a0139"
    )


@given(st.lists(st.sampled_from([b"a", b"From x", b">From y", b"", b"Status: z", b" "]), max_size=8))
def test_line_ends_and_mailbox_do_not_change_the_key(lines: list[bytes]) -> None:
    message = b"Subject: s\n\n" + b"\n".join(lines)
    boxed = b"From - Mon May  1 22:09:39 2023\n" + message.replace(b"\nFrom ", b"\n>From ") + b"\n\n"
    assert mail_key(message) == mail_key(boxed) == mail_key(message.replace(b"\n", b"\r\n"))
