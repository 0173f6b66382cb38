from __future__ import annotations

import time

import pytest

from triage.mail.threads import root_id


@pytest.mark.parametrize(
    ("data", "root"),
    [
        (b"Message-ID: <own@x>\nReferences: <root@x> <next@x>\nIn-Reply-To: <next@x>\n\nHi", b"root@x"),
        (b"Message-ID: <own@x>\r\nReferences:\r\n <root@x>\r\n <next@x>\r\n\r\nHi", b"root@x"),
        (b"Message-ID: <own@x>\nIn-Reply-To: <before@x>\n\nHi", b"before@x"),
        (b"Message-ID: <own@x>\nReferences: none\n\nHi", b"own@x"),
        (b"From a@b Mon Mar  2 09:30:00 2026\nMESSAGE-ID: <own@x>\n\nHi", b"own@x"),
        (b"From: a@b\n\nMessage-ID: <own@x>\n", None),
        (b"", None),
        (b"\x00\xff", None),
    ],
    ids=[
        "references",
        "folded",
        "in reply to",
        "no id in references",
        "mbox",
        "only in the body",
        "empty",
        "bytes",
    ],
)
def test_the_first_message_names_the_thread(data: bytes, root: bytes | None) -> None:
    assert root_id(data) == root


def test_a_hostile_header_takes_no_time() -> None:
    start = time.process_time()
    for unit in (b"<", b"References: <", b"References:\n ", b"\n ", b"message-id"):
        root_id(unit * (10 * 2**20 // len(unit)))
    assert time.process_time() - start < 5
