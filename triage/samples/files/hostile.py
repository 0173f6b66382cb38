"""Mails as broken software and strangers send them; each fault is one function and one registry line."""

from __future__ import annotations

from collections.abc import Callable
from random import Random


def no_headers(raw: bytes) -> bytes:
    return raw.split(b"\n\n", 1)[1]


def no_date(raw: bytes) -> bytes:
    return _without(raw, b"Date:")


def no_sender(raw: bytes) -> bytes:
    return _without(raw, b"From:")


def no_message_id(raw: bytes) -> bytes:
    return _without(raw, b"Message-ID:")


def empty_body(raw: bytes) -> bytes:
    return raw.split(b"\n\n", 1)[0] + b"\n\n"


def bad_date(raw: bytes) -> bytes:
    return b"Date: Tue, 45 Foo 2024 99:99 +XX\n" + _without(raw, b"Date:")


def huge_subject(raw: bytes) -> bytes:
    return b"Subject: " + b"=?utf-8?Q?a=C3=A4?= " * 2000 + b"\n" + _without(raw, b"Subject:")


def unknown_charset(raw: bytes) -> bytes:
    return _plain(raw, b'text/plain; charset="x-klingon"', "Grüße aus Köln, señor".encode("cp850"))


def wrong_charset(raw: bytes) -> bytes:
    return _plain(raw, b"text/plain; charset=us-ascii", "Grüße, façade, mañana".encode("latin-1"))


def invalid_bytes(raw: bytes) -> bytes:
    return _plain(raw, b"text/plain; charset=utf-8", b"\xff\xfe\x00\x80broken \xc3\x28 \xed\xa0\x80 \xf5")


def truncated_base64(raw: bytes) -> bytes:
    head = b"text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"
    return _plain(raw, head, b"SGVsbG8gd29ybGQsIHRoaXMgaXMgY3V0IG9m")[:-3]


def missing_boundary(raw: bytes) -> bytes:
    return _plain(raw, b'multipart/mixed; boundary="never-used"', b"--other\nContent-Type: text/plain\n\nlost text")


def deep_nesting(raw: bytes) -> bytes:
    depth = 80
    opened = b"".join(b'--b%d\nContent-Type: multipart/mixed; boundary="b%d"\n\n' % (at, at + 1) for at in range(depth))
    return _plain(raw, b'multipart/mixed; boundary="b0"', opened + b"--b%d\n\nat the bottom\n" % depth)


def repeated_headers(raw: bytes) -> bytes:
    return b"Subject: first\nFrom: one@example.com\nFrom: two@example.org\n" + raw


FAULTS: dict[str, Callable[[bytes], bytes]] = {
    fault.__name__: fault
    for fault in (
        no_headers,
        no_date,
        no_sender,
        no_message_id,
        empty_body,
        bad_date,
        huge_subject,
        unknown_charset,
        wrong_charset,
        invalid_bytes,
        truncated_base64,
        missing_boundary,
        deep_nesting,
        repeated_headers,
    )
}
"""Name of the fault → what it does to a sound mail."""


def damaged(raw: bytes, rng: Random) -> tuple[str, bytes]:
    """One fault, drawn, and the mail with it. LF line ends as before."""
    name = rng.choice(tuple(FAULTS))
    return name, FAULTS[name](raw)


def _without(raw: bytes, header: bytes) -> bytes:
    head, _, body = raw.partition(b"\n\n")
    kept: list[bytes] = []
    dropping = False
    for line in head.split(b"\n"):
        dropping = line.startswith(header) or (dropping and line[:1] in (b" ", b"\t"))
        if not dropping:
            kept.append(line)
    return b"\n".join(kept) + b"\n\n" + body


def _plain(raw: bytes, content_type: bytes, body: bytes) -> bytes:
    """The same headers with another body."""
    bare = _without(_without(empty_body(raw), b"Content-Type:"), b"Content-Transfer-Encoding:")
    return bare.rstrip(b"\n") + b"\nContent-Type: " + content_type + b"\n\n" + body + b"\n"
