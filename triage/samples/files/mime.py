"""A letter as bytes. Written by hand and not with `email.message`, which takes ten times as long."""

from __future__ import annotations

from binascii import b2a_base64, b2a_qp
from dataclasses import dataclass
from datetime import datetime
from html import escape
from random import Random
from urllib.parse import quote

from triage.samples.text.draft import Fragment
from triage.samples.text.letter import Letter, Mailbox

CHARSETS = ("utf-8", "utf-8", "utf-8", "utf-8", "iso-8859-1", "windows-1252")
TRANSFERS = ("quoted-printable", "quoted-printable", "quoted-printable", "base64", "8bit")
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
FILE_STARTS = {
    "pdf": b"%PDF-1.4\n",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0",
    "xlsx": b"PK\3\4",
    "docx": b"PK\3\4",
}
AGENTS = ("Microsoft Outlook 16.0", "Thunderbird 115.3", "Apple Mail (2.3654)", "Roundcube Webmail/1.6", "")
STYLES = (
    "",
    "<style>p { margin: 0 0 1em; font-family: Calibri, sans-serif }</style>",
    '<style type="text/css">body { color: #222; font: 11pt Arial }</style>',
)


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME part: header lines without the empty line, and encoded content."""

    head: str
    content: bytes


def render(letter: Letter, rng: Random) -> bytes:
    """The bytes of a letter, LF line ends."""
    part = _content(letter, rng)
    head = "\n".join([*_headers(letter, rng), "MIME-Version: 1.0", part.head])
    return head.encode("ascii") + b"\n\n" + part.content


def http_date(moment: datetime) -> str:
    """A Date header's value (RFC 5322)."""
    offset = int((moment.utcoffset() or moment - moment).total_seconds() // 60)
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
    day = f"{DAY_NAMES[moment.weekday()]}, {moment.day:02d} {MONTH_NAMES[moment.month - 1]} {moment.year}"
    return f"{day} {moment.hour:02d}:{moment.minute:02d}:{moment.second:02d} {zone}"


def encoded_header(text: str) -> str:
    """Text as RFC 2047 encoded words where needed, folded."""
    if text.isascii():
        return text
    words, chunk = [], ""
    for sign in text:
        if len((chunk + sign).encode()) > 42:
            words.append(chunk)
            chunk = ""
        chunk += sign
    words.append(chunk)
    return "\n ".join(f"=?utf-8?B?{b2a_base64(word.encode(), newline=False).decode()}?=" for word in words)


def _headers(letter: Letter, rng: Random) -> list[str]:
    date = http_date(letter.sent)
    lines = [f"{name}: {value}" for name, value in letter.extra if name == "Return-Path"]
    if rng.random() < 0.5:
        host, octet = letter.sender[1].split("@")[1], 1 + int(rng.random() * 254)
        lines.append(
            f"Received: from mx.{host} (mx.{host} [198.51.100.{octet}])\n\tby mail.nordholm.example with ESMTPS; {date}"
        )
    lines += [f"Date: {date}", f"From: {_mailbox(letter.sender)}", f"To: {_mailboxes(letter.to)}"]
    if letter.cc:
        lines.append(f"Cc: {_mailboxes(letter.cc)}")
    lines += [f"Subject: {_subject(letter.subject.text)}", f"Message-ID: {letter.message_id}"]
    if letter.in_reply_to:
        lines += [f"In-Reply-To: {letter.in_reply_to}", "References: " + "\n ".join(letter.references)]
    lines += [f"{name}: {value}" for name, value in letter.extra if name != "Return-Path"]
    agent = AGENTS[int(rng.random() * len(AGENTS))]
    return [*lines, f"X-Mailer: {agent}"] if agent else lines


def _subject(text: str) -> str:
    if len(text) < 68 or not text.isascii():
        return encoded_header(text)
    cut = text.rfind(" ", 0, 68)
    return f"{text[:cut]}\n{text[cut:]}" if cut > 0 else text


def _mailboxes(mailboxes: tuple[Mailbox, ...]) -> str:
    return ", ".join(map(_mailbox, mailboxes))


def _mailbox(mailbox: Mailbox) -> str:
    name, address = mailbox
    if not name:
        return address
    return (
        f"{encoded_header(name)} <{address}>"
        if not name.isascii() or name.replace(" ", "").isalpha()
        else f'"{name}" <{address}>'
    )


def _content(letter: Letter, rng: Random) -> Part:
    text = letter.body.text + "\n"
    if letter.form == "report":
        return _report(letter, text, rng)
    if letter.form == "html":
        body = _text_part(_html(letter.body, letter.subject.text, rng), "html", rng)
    elif letter.form == "alternative":
        html = _html(letter.body, letter.subject.text, rng)
        body = _multipart("alternative", [_text_part(text, "plain", rng), _text_part(html, "html", rng)], rng)
    else:
        body = _text_part(text, "plain", rng)
    if not letter.attachments:
        return body
    return _multipart("mixed", [body, *(_file(name, rng) for name in letter.attachments)], rng)


def _text_part(text: str, subtype: str, rng: Random) -> Part:
    charset = CHARSETS[int(rng.random() * len(CHARSETS))]
    transfer = TRANSFERS[int(rng.random() * len(TRANSFERS))]
    try:
        data = text.encode(charset)
    except UnicodeEncodeError:
        charset, data = "utf-8", text.encode()
    if max(map(len, data.split(b"\n"))) > 900 and transfer == "8bit":
        transfer = "quoted-printable"
    elif text.isascii() and rng.random() < 0.7 and subtype == "plain":
        charset, transfer = "us-ascii", "7bit"
    return Part(
        f'Content-Type: text/{subtype}; charset="{charset}"\nContent-Transfer-Encoding: {transfer}',
        _encode(data, transfer),
    )


def _encode(data: bytes, transfer: str) -> bytes:
    if transfer == "quoted-printable":
        return b2a_qp(data, istext=True)
    return _base64(data) if transfer == "base64" else data


def _base64(data: bytes) -> bytes:
    return b"".join(b2a_base64(data[at : at + 57]) for at in range(0, len(data), 57))


def _multipart(subtype: str, parts: list[Part], rng: Random, parameter: str = "") -> Part:
    boundary = f"=_{rng.getrandbits(64):016x}"
    mark = f"--{boundary}".encode()
    pieces = [mark + b"\n" + part.head.encode("ascii") + b"\n\n" + part.content + b"\n" for part in parts]
    head = f'Content-Type: multipart/{subtype}{parameter};\n boundary="{boundary}"'
    return Part(head, b"".join(pieces) + mark + b"--\n")


def _file(name: str, rng: Random) -> Part:
    ending = name.rsplit(".", 1)[1]
    data = FILE_STARTS.get(ending, b"log\n") + rng.randbytes(24 + int(rng.random() * 120))
    field = f'filename="{name}"' if name.isascii() else f"filename*=utf-8''{quote(name)}"
    head = (
        f"Content-Type: {MEDIA_TYPES[ending]}\nContent-Disposition: attachment; {field}\n"
        "Content-Transfer-Encoding: base64"
    )
    return Part(head, _base64(data))


def _html(body: Fragment, title: str, rng: Random) -> str:
    style = STYLES[int(rng.random() * len(STYLES))]
    paragraphs = (
        escape(body.text, quote=False).replace("\n\n", "</p>\n<p>").replace("\n", "<br>\n").replace("</p><br>", "</p>")
    )
    return f"<html><head><title>{escape(title)}</title>{style}</head>\n<body>\n<p>{paragraphs}</p>\n</body></html>\n"


def _report(letter: Letter, text: str, rng: Random) -> Part:
    status = Part("Content-Type: message/delivery-status", letter.report.encode("ascii"))
    original = f"From: {_mailbox(letter.to[0])}\nMessage-ID: {letter.in_reply_to or letter.message_id}\n"
    headers = Part("Content-Type: text/rfc822-headers", original.encode("ascii"))
    parts = [_text_part(text, "plain", rng), status, headers]
    return _multipart("report", parts, rng, "; report-type=delivery-status")
