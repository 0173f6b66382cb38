"""Mails changed as an attacker or broken software would change them; each mutation is one function and one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

_LARGEST = 300_000
"""Bytes of a mail that is mutated: nesting and doubling multiply it."""

_TOKENS = (
    b"\n\n", b"\r\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\n--", b"--\n", b"=?utf-8?b?", b"?=", b"=?q?Q?=00?=",
    b"\nFrom ", b"\n>From ", b"\nContent-Type: message/rfc822\n", b"\nContent-Type: multipart/mixed\n", b"; boundary=",
    b'; boundary=""', b"; charset*=utf-7''", b"; filename*0*=%00%ff", b"\nContent-Transfer-Encoding: x-uuencode\n",
    b"\nbegin 644 ../../etc/passwd\n", b"=\n", b"=0", b"%", b"(((((", b'"', b"<", b"@", b",,,,;;;;", b"\xed\xa0\x80",
    b"<table><tr><td>", b"<!--", b"<style>", b"&#0;", b"&amp", b"BEGIN:VEVENT\r\n", b"DTSTART:99999999T999999Z\r\n",
    b"\x1b$B", b"+AAA-", b"\nMIME-Version: 2.0\n", b"\n \n", b"\n\t", b": ", b":", b"\x0c", b"\x85", "\u202e".encode(),
)  # fmt: skip
_CHARSETS = (
    b"utf-7", b"utf-16", b"utf-32", b"utf-8", b"us-ascii", b"iso-2022-jp", b"iso-2022-kr", b"hz", b"gb18030", b"big5",
    b"shift_jis", b"koi8-r", b"cp037", b"idna", b"punycode", b"unicode_escape", b"rot13", b"zlib", b"base64", b"undefined",
    b"x-nothing", b"", b"\xff", b"../../utf8", b"utf-8\x00", b"a" * 500,
)  # fmt: skip
_ENCODINGS = (
    b"base64",
    b"quoted-printable",
    b"x-uuencode",
    b"uuencode",
    b"8bit",
    b"binary",
    b"7bit",
    b"gzip",
    b"",
    b"\xff",
)
_FIELDS = (b"Subject", b"From", b"To", b"Cc", b"Date", b"Message-ID", b"References", b"Received", b"Content-Type",
           b"Content-Disposition", b"Content-Language", b"X-Any", b"List-Id", b"In-Reply-To", b"MIME-Version")  # fmt: skip
_BOUNDARY = re.compile(rb"boundary=\"?([^\"\s;]{1,80})", re.IGNORECASE)
_CHARSET = re.compile(rb"(charset\s*=\s*)(\"[^\"\n]*\"|[^\s;\"]+)", re.IGNORECASE)
_ENCODING = re.compile(rb"(content-transfer-encoding\s*:\s*)([^\s]+)", re.IGNORECASE)

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]


def mutated(mails: Sequence[bytes], seed: int) -> Iterator[tuple[str, bytes]]:
    """Mutations without end, each with its kind; the same for the same mails and seed."""
    rng = Random(seed)
    kinds = list(MUTATIONS)
    while True:
        mail = rng.choice(mails)[:_LARGEST]
        chosen = rng.choices(kinds, k=rng.choice((1, 1, 1, 2, 3)))
        for kind in chosen:
            mail = MUTATIONS[kind](mail, rng, mails)
        yield "+".join(chosen), mail


def byte_flips(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    data = bytearray(mail)
    for _time in range(rng.choice((1, 4, 32, 256))):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def bits_of_the_header(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    data = bytearray(mail)
    for _time in range(rng.choice((1, 3, 9))):
        if data:
            data[rng.randrange(min(len(data), 1500))] ^= 1 << rng.randrange(8)
    return bytes(data)


def truncation(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    return mail[: rng.randrange(len(mail) + 1)]


def lost_begin(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    return mail[rng.randrange(min(len(mail), 3000) + 1) :]


def splice(mail: bytes, rng: Random, mails: Sequence[bytes]) -> bytes:
    other = rng.choice(mails)[:_LARGEST]
    return mail[: rng.randrange(len(mail) + 1)] + other[rng.randrange(len(other) + 1) :]


def tokens(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    for _time in range(rng.choice((1, 3, 10))):
        at = rng.randrange(len(mail) + 1)
        mail = mail[:at] + rng.choice(_TOKENS) * rng.choice((1, 1, 1, 50, 2000)) + mail[at:]
    return mail


def doubled_fields(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    lines = mail.split(b"\n", 60)
    drawn = [rng.choice(lines) for _time in range(rng.choice((1, 5, 100, 3000))) if len(lines[0]) < 2000]
    return b"\n".join(line[:500] for line in drawn) + b"\n" + mail


def charset_lies(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    lie = rng.choice(_CHARSETS)
    if not _CHARSET.search(mail):
        return b"Content-Type: text/plain; charset=" + lie + b"\n" + mail
    return _CHARSET.sub(lambda found: found[1] + lie, mail)


def encoding_lies(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    lie = rng.choice(_ENCODINGS)
    if not _ENCODING.search(mail):
        return b"Content-Transfer-Encoding: " + lie + b"\n" + mail
    return _ENCODING.sub(lambda found: found[1] + lie, mail)


def boundary_games(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    marks = _BOUNDARY.findall(mail)
    if not marks:
        mark = b"x" * rng.choice((1, 70, 5000))
        body = (b"--" + mark + b"\nContent-Type: text/plain\n\nhello\n") * rng.choice((1, 30, 1500))
        return b"Subject: s\nContent-Type: multipart/mixed; boundary=" + mark + b"\n\n" + body + b"--" + mark + b"--"
    mark = rng.choice(marks)
    other = rng.choice((b"", mark[:-1], mark + b"x", marks[0], b"--", b" ", mark.swapcase()))
    if rng.random() < 0.5:
        return mail.replace(mark, other, rng.choice((1, 2, -1)))
    return mail.replace(b"--" + mark, (b"--" + mark + b"\n") * rng.choice((2, 40)), rng.choice((1, -1)))


def nested_messages(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    mail = mail[:50_000]
    for level in range(rng.choice((1, 3, 20, 60))):
        if rng.random() < 0.7:
            mail = b"Subject: level %d\nContent-Type: message/rfc822\n\n" % level + mail
        else:
            mark = b"b%d" % rng.randrange(3)
            mail = (
                b"Content-Type: multipart/digest; boundary=" + mark + b"\n\n--" + mark + b"\n\n"
                + mail + b"\n--" + mark + b"--\n"
            )  # fmt: skip
    return b"From: a@example.org\n" + mail


def huge_fields(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    size = rng.choice((1_000, 30_000, 250_000))
    unit = rng.choice(
        (b"a", b"=?utf-8?q?=C3=A4?= ", b"<a@example.org>, ", b"; x=y", b"(", b'"', b"a\n ", b"=?utf-8?b?4pyT?=\n ",
         b"\\", b"<", b"a@b,", b"; x*0=a", b"group:a@b;", b"\xff", b" ", b"?=", b"<a@b> ")
    )  # fmt: skip
    return rng.choice(_FIELDS) + b": " + unit * (size // len(unit)) + b"\n" + mail


def heavy_html(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    unit = rng.choice(
        (b"<div>", b"<table><tr><td>", b"<ul><li>", b"<a href='", b"<!--", b"<b><i>", b"&#x41;", b"&", b"<p/>", b"<td rowspan=9>",
         b"<style>", b"< ", b'<x y="', b"<br>", b"<pre>\n")
    )  # fmt: skip
    page = unit * (rng.choice((100, 5_000, 200_000)) // len(unit))
    return b"From: a@example.org\nSubject: page\nContent-Type: text/html\n\n" + page + mail[:5_000]


def line_ends(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    plain = mail.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\r", b"\r\r\n", b"\n\n")))


def other_endings(mail: bytes, rng: Random, _: Sequence[bytes]) -> bytes:
    noise = rng.choice((b"\x00", b" ", b"\n", b"=", b"A", b"\xe2\x80\xa8", b"> ", b"_")) * rng.choice(
        (1, 1000, 200_000)
    )
    return mail + noise


MUTATIONS: dict[str, Mutation] = {
    function.__name__: function
    for function in (byte_flips, bits_of_the_header, truncation, lost_begin, splice, tokens, doubled_fields, charset_lies,
                     encoding_lies, boundary_games, nested_messages, huge_fields, heavy_html, line_ends, other_endings)
}  # fmt: skip
