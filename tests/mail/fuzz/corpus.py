"""The mails that are mutated: hard_mail where it lies beside the project, else mails of the sample generator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from triage.config import LimitSettings
from triage.mail.exports import discover, read
from triage.samples.generator import generate

HARD = "hard_mail/messages.tar.gz"
REAL = ("enron_categories/messages.tar.gz", "spamassassin_raw/messages.tar.gz", "r_mailing_lists")
_GENERATED = 400


def corpus(data: Path | None) -> list[bytes]:
    """The mails of `hard_mail` in this folder; mails of the generator, damaged ones among them, where it is absent."""
    if data is not None and (data / HARD).exists():
        return list(mails(data / HARD))
    return generated()


def generated() -> list[bytes]:
    """Mails of the sample generator."""
    return [mail.raw for mail in generate(_GENERATED, seed=11)]


def real_mail(data: Path, sources: Sequence[str] = REAL) -> Iterator[bytes]:
    """The mails of the other sets of real mail."""
    return chain.from_iterable(mails(data / source) for source in sources)


def mails(source: Path) -> Iterator[bytes]:
    """The bytes of all records of an export."""
    limits = LimitSettings()
    for file in discover(str(source)):
        for record in read(file.path, file.format, 0, None, limits):
            yield record.data
