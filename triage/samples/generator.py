"""The stream of mails: blocks of fixed size, each made from the seed and its own number alone."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from triage.samples.files.hostile import damaged
from triage.samples.files.mime import http_date, render
from triage.samples.labels import annotated
from triage.samples.model import FURTHER_LANGUAGES, LANGUAGES, SampleMail, Signs, Span
from triage.samples.text.letter import Letter
from triage.samples.threads import Thread

BLOCK = 64
"""Mails a block. Threads and duplicates never leave their block, so blocks can be made in parallel."""
HOSTILE_SHARE = 0.012
DUPLICATE_SHARE = 0.015
STATUS_HEADER = b"Status: RO\n"


def generate(mails: int, seed: int, start: int = 0, languages: tuple[str, ...] = ()) -> Iterator[SampleMail]:
    """Mails `start` to `start + mails - 1` of the endless mailbox of this seed.

    With `languages` (of `model.LANGUAGES` or `model.FURTHER_LANGUAGES`), all mail is in them in equal shares, names
    third people in running text, and business letters are among it. Without, it is the mail of the shipped sample.

    Memory does not grow with `mails`; mail i depends on `seed` and `i // BLOCK` only, so that a longer
    stream begins with the shorter one and parts can be made in parallel.

    Raises:
        ValueError: `mails` or `start` is negative, or a language is unknown.
    """
    if unknown := set(languages) - {*LANGUAGES, *FURTHER_LANGUAGES}:
        raise ValueError(f"no mail can be made in {', '.join(sorted(unknown))}")
    if mails < 0 or start < 0:
        raise ValueError("the number of mails and the start must not be negative")
    number, end = start, start + mails
    while number < end:
        first = number - number % BLOCK
        stop = min(end, first + BLOCK)
        yield from _block(seed, number // BLOCK, languages)[number - first : stop - first]
        number = stop


def _block(seed: int, number: int, languages: tuple[str, ...]) -> list[SampleMail]:
    rng = Random(f"{seed}:{number}")
    repeated = sum(rng.random() < DUPLICATE_SHARE for _ in range(BLOCK))
    letters: list[Letter] = []
    while len(letters) < BLOCK - repeated:
        letters += Thread(rng, number * BLOCK + len(letters), languages).build()
    letters = sorted(letters[: BLOCK - repeated], key=lambda letter: letter.sent)
    mails = [_mail(letter, rng) for letter in letters]
    for _ in range(repeated):
        place = int(rng.random() * len(mails))
        mails.insert(place + 1 + int(rng.random() * (len(mails) - place)), _again(mails[place], rng))
    return mails


def _mail(letter: Letter, rng: Random) -> SampleMail:
    raw = render(letter, rng)
    if rng.random() < HOSTILE_SHARE:
        return _hostile_mail(letter, raw, rng)
    return SampleMail(
        raw=raw,
        message_id=letter.message_id,
        labels=annotated(letter.truth, rng.random),
        language=letter.language,
        split=letter.split,
        subject=letter.subject.text,
        body=letter.body.text,
        spans=_spans(letter),
        headers=_headers(letter),
        sent=http_date(letter.sent),
        envelope=_envelope(letter),
        signs=letter.signs,
        attachments=letter.attachments,
        thread=letter.thread,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
    )


def _hostile_mail(letter: Letter, raw: bytes, rng: Random) -> SampleMail:
    fault, broken = damaged(raw, rng)
    return SampleMail(
        raw=broken,
        message_id=None,
        labels=None,
        language=letter.language,
        split=letter.split,
        subject="",
        body="",
        spans=(),
        headers={},
        sent="",
        envelope=_envelope(letter),
        signs=Signs(),
        thread=letter.thread,
        hostile=fault,
    )


def _again(mail: SampleMail, rng: Random) -> SampleMail:
    """The same message as another mailbox kept it: a header of the mail store may differ."""
    changes: dict[str, object] = {"duplicate": True}
    if mail.hostile is None and rng.random() < 0.5:
        changes["raw"] = STATUS_HEADER + mail.raw
    return _replaced(mail, changes)


def _replaced(mail: SampleMail, changes: dict[str, object]) -> SampleMail:
    values = {name: getattr(mail, name) for name in SampleMail.__slots__}
    return SampleMail(**{**values, **changes})


def _spans(letter: Letter) -> tuple[Span, ...]:
    subject = (Span(start, end, entity, "subject") for start, end, entity in letter.subject.marks)
    body = (Span(start, end, entity, "body") for start, end, entity in letter.body.marks)
    return (*subject, *body)


def _headers(letter: Letter) -> dict[str, str]:
    fields = {"From": (letter.sender,), "To": letter.to, "Cc": letter.cc}
    shown = {
        name: ", ".join(f"{person} <{address}>" if person else address for person, address in mailboxes)
        for name, mailboxes in fields.items()
        if mailboxes
    }
    return {**shown, "Subject": letter.subject.text}


def _envelope(letter: Letter) -> str:
    return f"{letter.sender[1]} {letter.sent.ctime()}"
