"""From bytes to values: hand-written mails, hostile ones, and all the real ones."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.config import LimitSettings
from triage.mail.exports import read
from triage.mail.parsing.message import Address, Attachment, MailSigns, ParsedMail, Recipient, parse
from triage.reasons import Mark, Reason

CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

LIMITS = LimitSettings()
HEAD = "From: Ann <ann@example.org>\nDate: Mon, 1 May 2023 22:09:39 +0200\nSubject: s\n"


def mail(text: str | bytes) -> ParsedMail:
    return parse(text.encode() if isinstance(text, str) else text, LIMITS)


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        pytest.param(b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße", id="quoted-printable"),
        pytest.param(b"=?utf-8?b?R3LDvMOfZQ==?=", "Grüße", id="base64"),
        pytest.param(b"=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße", id="a character cut in two"),
        pytest.param(b"=?utf-8?q?a?=\r\n =?utf-8?q?b?= c", "ab c", id="folded words"),
        pytest.param(b"=?iso-8859-1?q?caf=E9?= and =?utf-8?q?th=C3=A9?=", "café and thé", id="words and text"),
        pytest.param(b"=?x-unknown?q?a=E9?=", "aé", id="unknown character set"),
        pytest.param(b"=?utf-8?b?!!!?=", "", id="broken base64"),
        pytest.param("Grüße".encode(), "Grüße", id="raw UTF-8"),
        pytest.param("Grüße".encode("latin-1"), "Grüße", id="raw 8-bit"),
        pytest.param(b"a\r\n\tb", "a b", id="folded"),
        pytest.param(b"a\x00b\x07", "ab", id="control characters"),
        pytest.param(b"=?utf-8?q?=ED=A0=80?=x", "í €x", id="a lone surrogate"),
    ],
)
def test_subject(raw: bytes, subject: str) -> None:
    assert mail(b"From: a@b.example\r\nSubject: " + raw + b"\r\n\r\ntext").subject == subject


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ("ann@example.org", Address("", "ann@example.org")),
        ("Ann Example <ann@example.org>", Address("Ann Example", "ann@example.org")),
        ('"Example, Ann" <ann@example.org>', Address("Example, Ann", "ann@example.org")),
        ("ann@example.org (Ann Example)", Address("Ann Example", "ann@example.org")),
        ("maechler at stat.example.ch (Martin)", Address("Martin", "maechler@stat.example.ch")),
        ("henr|k@b @end|ng |rom gm@||@com (Henrik)", Address("Henrik", "henr|k@b @end|ng |rom gm@||@com")),
        ("=?utf-8?q?J=C3=BCrgen?= <j@example.org>", Address("Jürgen", "j@example.org")),
        ('"unclosed <ann@example.org>', Address("unclosed", "ann@example.org")),
        ("Ann Example", Address("Ann Example", "")),
        ("undisclosed-recipients:;", None),
        ("staff: ann@example.org;", Address("", "ann@example.org")),
        ("<>", None),
    ],
)
def test_sender(raw: str, sender: Address | None) -> None:
    assert mail(f"Subject: s\nFrom: {raw}\n\nx").sender == sender


def test_recipients_in_their_roles() -> None:
    found = mail('To: a@x.example, "B, C" <b@x.example>\nCc: c@x.example\nReply-To: d@x.example\nSubject: s\n\nx')
    assert found.recipients == (
        Recipient("to", "", "a@x.example"),
        Recipient("to", "B, C", "b@x.example"),
        Recipient("cc", "", "c@x.example"),
        Recipient("reply_to", "", "d@x.example"),
    )


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Mon, 1 May 2023 22:09:39 +0200", datetime(2023, 5, 1, 20, 9, 39, tzinfo=UTC)),
        ("1 May 2023 22:09 EST", datetime(2023, 5, 2, 3, 9, tzinfo=UTC)),
        ("Tue, 1 Apr 97 11:48:02 +0200", datetime(1997, 4, 1, 9, 48, 2, tzinfo=UTC)),
        ("Mon May  1 22:09:39 2023", datetime(2023, 5, 1, 22, 9, 39, tzinfo=UTC)),
        ("Mon, 1 May 2023 22:09:39 -0000 (UTC)", datetime(2023, 5, 1, 22, 9, 39, tzinfo=UTC)),
        ("2023-05-01T22:09:39+02:00", datetime(2023, 5, 1, 20, 9, 39, tzinfo=UTC)),
        ("Sat, 31 Dec 2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Thu, 22 Aug 102 06:07:35 +0200", datetime(2002, 8, 22, 4, 7, 35, tzinfo=UTC)),
        ("Mon, 1 May 1823 22:09:39 +0200", None),
        ("Mon, 1 May 2823 22:09:39 +0200", None),
        ("Mon, 41 May 2023 22:09:39 +9900", None),
        ("yesterday", None),
        ("1 " * 50_000, None),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_date(raw: str, moment: datetime | None) -> None:
    found = mail(f"From: a@b.example\nDate: {raw}\n\nx")
    assert found.sent_at == moment
    assert ("DATE_UNREADABLE" in found.marks) == (moment is None)


def multipart(kind: str, *parts: str) -> str:
    inner = "".join(f"--q\n{part}\n" for part in parts)
    return f'{HEAD}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="q"\n\n{inner}--q--\n'


PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>html <b>words</b></p>"
FILE = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJD"
NESTED = "Content-Type: message/rfc822\n\nSubject: inner\n\ninner words"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param(f"{HEAD}\nwords\r\nmore\r\n", "words\nmore", id="plain"),
        pytest.param(multipart("alternative", PLAIN, HTML), "plain words", id="alternative prefers plain"),
        pytest.param(multipart("alternative", HTML, PLAIN), "plain words", id="in either order"),
        pytest.param(multipart("alternative", "\n \n", HTML), "html words", id="blank plain"),
        pytest.param(multipart("mixed", PLAIN, FILE, HTML), "plain words\n\nhtml words", id="mixed keeps both"),
        pytest.param(multipart("mixed", PLAIN, NESTED), "plain words", id="attached message stays out"),
        pytest.param(multipart("mixed", NESTED), "inner\n\ninner words", id="unless there is no other text"),
        pytest.param(multipart("mixed", PLAIN).replace('; boundary="q"', ""), "--q\nContent-Type: text/plain\n\nplain words\n--q--", id="no boundary"),
        pytest.param(f"{HEAD}Content-Type: text/plain; format=flowed\n\nsoft \nbreak\n> quo \n> ted\nhard", "soft break\n> quo ted\nhard", id="flowed"),
        pytest.param(f"{HEAD}Content-Type: text/plain; charset=hex\n\nwords", "words", id="no character set at all"),
        pytest.param(f"{HEAD}Content-Type: text/html\n\n<style>p{{}}</style><table><tr><td>a<td>b</table><ul><li>c</ul>", "a b\n  * c", id="html layout"),
        pytest.param(f"{HEAD}\na\x00b\x1bc", "abc", id="control characters"),
        pytest.param(f"From x Mon May  1 22:09:39 2023\n{HEAD}\n>From here", "From here", id="unescaped in an mbox"),
        pytest.param(HEAD, "", id="header only"),
    ],
)  # fmt: skip
def test_body(text: str, body: str) -> None:
    assert mail(text).body == body


@pytest.mark.parametrize(
    ("charset", "data", "body"),
    [
        ("iso-8859-1", b"\x93caf\xe9\x94", "“café”"),
        ("gb2312", "汉字".encode("gbk"), "汉字"),
        ("utf-8", "café".encode("cp1252"), "café"),
        ("us-ascii", "café".encode(), "café"),
        ("koi8-r", "привет".encode("koi8-r"), "привет"),
        ("nonsense", "café".encode(), "café"),
        ("idna", b"caf\xe9", "café"),
    ],
)
def test_character_sets(charset: str, data: bytes, body: str) -> None:
    assert mail(f"{HEAD}Content-Type: text/plain; charset={charset}\n\n".encode() + data).body == body


@pytest.mark.parametrize(
    ("fields", "attachment"),
    [
        ('Content-Disposition: attachment; filename="a.pdf"', Attachment("a.pdf", "application/pdf", 3)),
        ("Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.pdf", Attachment("café.pdf", "application/pdf", 3)),
        ('Content-Disposition: attachment; filename="=?utf-8?q?caf=C3=A9.pdf?="', Attachment("café.pdf", "application/pdf", 3)),
        ("Content-Disposition: attachment; filename*0=a; filename*1=b.pdf", Attachment("ab.pdf", "application/pdf", 3)),
        ("X-None: 1", Attachment("", "application/pdf", 3)),
    ],
)  # fmt: skip
def test_attachment(fields: str, attachment: Attachment) -> None:
    part = f"Content-Type: application/pdf\n{fields}\nContent-Transfer-Encoding: base64\n\nQUJD"
    assert mail(multipart("mixed", PLAIN, part)).attachments == (attachment,)


@pytest.mark.parametrize(
    ("fields", "signs"),
    [
        ("Auto-Submitted: auto-replied", MailSigns(auto_submitted=True)),
        ("Auto-Submitted: no", MailSigns()),
        ("Precedence: bulk", MailSigns(bulk=True)),
        ("List-Id: <x.example>", MailSigns(list_mail=True)),
        ("Return-Path: <>", MailSigns(bounce=True)),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=q", MailSigns(bounce=True)),
        ("In-Reply-To: <1@x>", MailSigns(reply=True)),
        ("Subject: AW: hallo", MailSigns(reply=True)),
        ("Subject: Report: hello", MailSigns()),
        ("X-Priority: 1 (Highest)", MailSigns(importance=1)),
        ("Importance: Low", MailSigns(importance=5)),
    ],
)
def test_signs(fields: str, signs: MailSigns) -> None:
    assert mail(f"From: a@b.example\n{fields}\n\nx").signs == signs


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Could you please tell me when my order is going to arrive at our office?"),
        ("de", "Bitte teilen Sie mir mit, wann die bestellte Ware in unserem Büro ankommt."),
        ("fr", "Pouvez-vous me dire quand ma commande arrivera dans nos bureaux, s'il vous plaît ?"),
        ("es", "¿Podrían decirme cuándo llegará mi pedido a nuestra oficina, por favor?"),
        ("it", "Potete dirmi per favore quando arriverà il mio ordine nel nostro ufficio?"),
        ("und", "ok 12345"),
        (
            "de",
            "> Could you please tell me when my order arrives?\nDie Lieferung kommt am Montag bei Ihnen an.",
        ),
    ],
)
def test_language(language: str, text: str) -> None:
    assert mail(f"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n{text}").language == language


def test_ids_and_references() -> None:
    found = mail("Message-ID: <1@x>\nIn-Reply-To: <2@x> of Monday\nReferences: <3@x>\n\t<2@x>\nFrom: a@b.example\n\nx")
    assert (found.message_id, found.in_reply_to, found.references) == ("1@x", "2@x", ("3@x", "2@x"))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(b"", "EMPTY", id="no bytes"),
        pytest.param(b"From a Mon May  1 22:09:39 2023\n", "NOT_A_MAIL", id="a From line only"),
        pytest.param(CFB + b"\0" * 600, "OFFICE_DOCUMENT", id="office document"),
        pytest.param(CFB + b"\0" * 600 + "__properties_version1.0".encode("utf-16-le"), "OUTLOOK_MESSAGE", id="msg"),
        pytest.param(b"!BDN" + b"\0" * 600, "OUTLOOK_STORE", id="pst"),
        pytest.param(b"%PDF-1.7\n" + b"\0" * 600, "PDF_DOCUMENT", id="PDF"),
        pytest.param(b"Dear all,\n\nthis is text.\n", "NOT_A_MAIL", id="text"),
        pytest.param(HEAD.encode() + b"\n" + b"x" * 40_000_000, "MESSAGE_TOO_LARGE", id="40 MB"),
        pytest.param(b"From: a@b.example\n\n" + b"x " * 1_500_000, "BODY_TOO_LONG", id="3 MB of text"),
    ],
)
def test_faults(data: bytes, fault: str) -> None:
    assert mail(data) == ParsedMail(faults=(Reason[fault],))


def nested(depth: int) -> bytes:
    levels = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))
    return b"From: a@b.example\n" + b"".join(levels) + b"\nx\n"


def html(source: bytes) -> bytes:
    return HEAD.encode() + b"Content-Type: text/html\n\n" + source


F = b"From: a@b.example\n"
HOSTILE: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "50,000 encoded words": (
        F + b"Subject: " + b"=?utf-8?q?abc?= " * 50_000 + b"\n\nx",
        ("HEADER_TOO_LONG",),
    ),
    "14,000 encoded words": (F + b"Subject: " + b"=?utf-8?q?abc?= " * 14_000 + b"\n\nx", ()),
    "50,000 addresses": (F + b"To: " + b"user@b.example, " * 50_000 + b"\n\nx", ("TOO_MANY_ADDRESSES",)),
    "open quotes in an address": (b"From: " + b'"\\' * 100_000 + b"\n\nx", ()),
    "open brackets in an address": (b"From: " + b"(" * 200_000 + b"\n\nx", ()),
    "100,000 parts": (
        F + b'Content-Type: multipart/mixed; boundary="q"\n\n' + b"--q\n\nx\n" * 100_000,
        ("TOO_MANY_PARTS",),
    ),
    "5,000 levels": (nested(5_000), ("TOO_DEEP",)),
    "2,000 messages in messages": (F + b"Content-Type: message/rfc822\n\n" * 2_000 + b"\nx", ("TOO_DEEP",)),
    "100,000 header fields": (F + b"X-A: b\n" * 100_000 + b"\nx", ("TOO_MANY_HEADERS",)),
    "a header field of a megabyte": (F + b"X-A: " + b"x" * 10**6 + b"\n\nx", ("HEADER_TOO_LONG",)),
    "60,000 parameters": (F + b'Content-Type: a/b; a="' + b";x=1" * 60_000 + b"\n\nx", ("HEADER_TOO_LONG",)),
    "a parameter number of 5,000 digits": (F + b"Content-Type: a/b; n*" + b"9" * 5_000 + b"=a\n\nx", ()),
    "300,000 attributes": (html(b"<p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">x"), ()),
    "100,000 nested elements": (html(b"<div>" * 100_000 + b"x"), ()),
    "100 nested lists": (html(b"<ul>" * 100 + b"<li>x</li>" * 9_000), ()),
    "500,000 elements": (html(b"<b>x</b>" * 500_000), ()),
    "2,000,000 open tags": (html(b"<" * 1_900_000), ()),
    "open comments": (html(b"<!--" * 400_000), ()),
    "a table as wide as its widest cell": (
        html(b"<table><tr><td>" + b"x" * 100_000 + b"<tr><td>y<td>z" * 5_000),
        (),
    ),
    "9 MB of HTML": (html(b"x " * 4_700_000), ("HTML_TOO_LARGE",)),
    "punycode as character set": (
        F + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-b" * 100_000,
        (),
    ),
    "a date of 200 kB": (F + b"Date: " + b"1 " * 100_000 + b"\n\nx", ()),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_ends_soon_with_a_reason(name: str) -> None:
    data, faults = HOSTILE[name]
    assert mail(data).faults == faults


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from([
                b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed; boundary=q", b"\n--q\n", b"\n--q--\n", b"\n",
                b"\n\n", b"text/html; charset=utf-7", b"Content-Transfer-Encoding: base64\n", b"=?utf-8?b?", b"?=", b"<p>",
                b"Date: ", b"message/rfc822", b"filename*=", b"\xff\xfe", b"\x00", b";", b'"', b"Content-Disposition: ",
            ]),
        ),
        max_size=30,
    ).map(b"".join)
)  # fmt: skip
def test_any_bytes_give_valid_values(data: bytes) -> None:
    found = mail(data)
    assert set(found.faults) <= set(Reason) - {Reason.PARSE_ERROR}
    assert set(found.marks) <= set(Mark)
    for text in (found.subject, found.body, *(person.name for person in found.recipients)):
        assert "\x00" not in text
        text.encode("utf-8")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("enron_categories", {}),
        ("spamassassin_raw", {}),
        ("hard_mail", {"NOT_A_MAIL": 22, "TOO_MANY_PARTS": 1}),
    ],
)
def test_real_mail(shared_data: Path, source: str, expected: dict[str, int]) -> None:
    path = str(shared_data / source / "messages.tar.gz")
    faults = Counter(
        fault for record in read(path, "tar.gz", 0, None, LIMITS) for fault in parse(record.data, LIMITS).faults
    )
    assert faults == expected


@pytest.mark.parametrize(
    ("declared", "published"),
    [
        ("application/pdf", "application/pdf"),
        ("Application/PDF", "application/pdf"),
        ("application/ms-tnef", "application/ms-tnef"),
        ("application/pgp-signature", "application/pgp-signature"),
        ("application/pkcs7-signature", "application/pkcs7-signature"),
        ("text/calendar", "text/calendar"),
        ("application/john.smith", "application/octet-stream"),
        ("john.smith/corp.example", "application/octet-stream"),
        ("application/x-ssn-123-45-6789", "application/octet-stream"),
        ("image/café", "application/octet-stream"),
    ],
)
def test_only_known_media_types_are_kept(declared: str, published: str) -> None:
    found = mail(
        "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        f"--b\nContent-Type: text/plain\n\nhi\n--b\nContent-Type: {declared}\n\nx\n--b--\n"
    )
    assert [attachment.media_type for attachment in found.attachments] == [published]


def test_an_attached_message_keeps_its_type() -> None:
    found = mail("From: a@b.example\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\nFrom: c@d.example\n\nhi")
    assert [attachment.media_type for attachment in found.attachments] == ["message/rfc822"]


NAMED = "--b\nContent-Type: text/plain\nContent-Disposition: {}; filename=a.txt\n\nshown\n"


@pytest.mark.parametrize(
    ("parts", "body"),
    [
        pytest.param(NAMED.format("inline"), "shown", id="the only text"),
        pytest.param(NAMED.format("inline") * 2, "shown\n\nshown", id="two of them"),
        pytest.param("--b\n\nletter\n" + NAMED.format("inline"), "letter", id="beside a text"),
        pytest.param(NAMED.format("attachment"), "", id="sent as a file"),
    ],
)
def test_a_named_text_to_be_shown_is_the_body_where_there_is_no_other(parts: str, body: str) -> None:
    found = mail(f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n")
    assert found.body == body
    assert {one.name for one in found.attachments} == {"a.txt"}
