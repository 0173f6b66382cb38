"""The shares that data quality is made of: how many of a slice's mails have a property."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from triage.lake.tables import TAGGER_FALLBACK
from triage.monitoring.profiles.profile import RUN, Slice
from triage.monitoring.view import RunView
from triage.reasons import Mark

COLUMNS = ("subject", "body", "sender", "recipients", "sent_at", "message_token", "thread_token")
"""Columns of silver/mail whose completeness is measured."""

RULES = ("language_known", "date_plausible", "body_not_garbled")
"""Rules that a valid mail keeps."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `mails` of a slice; `metric` is its name with the suffix."""

    metric: str
    by: str
    slice: str
    hits: int
    mails: int


SharesOf = Callable[[RunView], Iterator[Share]]


def completeness(view: RunView) -> Iterator[Share]:
    """Of each column: published mails in which it has a value."""
    return _counted(view, "completeness", "present", COLUMNS)


def validity(view: RunView) -> Iterator[Share]:
    """Of each rule: published mails that keep it."""
    return _counted(view, "validity", "valid", RULES)


def charset_repaired(view: RunView) -> Iterator[Share]:
    """Published mails whose character set was missing or wrong."""
    for by, value, mails in _published(view):
        hits = mails.counts("marks").counts[Mark.CHARSET_GUESSED.value]
        yield Share("charset_repaired", by, value, hits, mails.published)


def languages(view: RunView) -> Iterator[Share]:
    """Of each language that is frequent now, or was in a reference: its share of the published mails."""
    fewest = view.settings.monitoring.quality.fewest_language_share
    known = [reference.profile for reference in view.references.values()]
    for by, value, mails in _published(view):
        parts = [mails, *(profile[by, value] for profile in known)]
        counts = [part.counts("language") for part in parts]
        frequent = {name for found in counts for name in found.counts if found.share(name) >= fewest}
        for name in sorted(frequent):
            yield Share(f"language_share.{name}", by, value, counts[0].counts[name], mails.published)


def quarantined(view: RunView) -> Iterator[Share]:
    """Quarantined mails, all and by reason, of all mails of the slice."""
    for by, value, mails in _slices(view):
        total = mails.published + mails.quarantined
        if total:
            yield Share("quarantine_share", by, value, mails.quarantined, total)
        for reason, count in sorted(mails.counts("reason").counts.items()):
            yield Share(f"quarantine_share.{reason}", by, value, min(count, total), total)


def duplicates(view: RunView) -> Iterator[Share]:
    """Messages in exports whose content was known already."""
    record = view.record
    if record.messages_read:
        yield Share("duplicate_share", *RUN, record.messages_duplicate, record.messages_read)


def detector_fallback(view: RunView) -> Iterator[Share]:
    """Mails whose names spaCy's own code tagged."""
    total = view.now.run.published + view.now.run.quarantined
    hits = sum(int(row["value"] or 0) for row in view.counts if row["measure"] == TAGGER_FALLBACK)
    if total:
        yield Share("detector_fallback", *RUN, min(hits, total), total)


SHARES: Mapping[str, SharesOf] = {
    "completeness": completeness,
    "validity": validity,
    "duplicate_share": duplicates,
    "charset_repaired": charset_repaired,
    "language_share": languages,
    "quarantine_share": quarantined,
    "detector_fallback": detector_fallback,
}
"""By metric."""


def _counted(view: RunView, metric: str, feature: str, names: tuple[str, ...]) -> Iterator[Share]:
    for by, value, mails in _published(view):
        counts = mails.counts(feature).counts
        for name in names:
            yield Share(f"{metric}.{name}", by, value, counts[name], mails.published)


def _published(view: RunView) -> Iterator[tuple[str, str, Slice]]:
    return (part for part in _slices(view) if part[2].published)


def _slices(view: RunView) -> Iterator[tuple[str, str, Slice]]:
    yield *RUN, view.now.run
    for value, part in view.now.of("source"):
        yield "source", value, part
