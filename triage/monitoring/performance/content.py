"""Whether the mail itself is other than usual, which explains other scores."""

from __future__ import annotations

from collections.abc import Iterator

from triage.monitoring.performance.reference import counts_moved, label_distance, term_distance
from triage.monitoring.profiles.distributions import Counts
from triage.monitoring.profiles.profile import Slice
from triage.monitoring.view import Reference, RunView

_FEATURES = ("language", "sender_kind", "length")
_PRESENT = ("subject", "body")


def content_moved(view: RunView, head: str, reference: Reference) -> bool:
    """Whether languages, senders, lengths, sources, empty fields, the best labels of a head or terms have moved.

    A part of the mails that is other mail moves a Kolmogorov-Smirnov distance of scores by its own size at most.
    """
    limit = view.settings.monitoring.performance.max_content_shift
    features = (*_FEATURES, f"best_label.{head}")
    if any(counts_moved(view, feature, reference) > limit for feature in features):
        return True
    if any(gap > limit for gap in _missing_more(view.now.run, reference.profile.run)):
        return True
    return _sources_moved(view, reference) > limit or _terms_moved(view, reference)


def _missing_more(now: Slice, usual: Slice) -> Iterator[float]:
    """Change of the share of mails with a subject and with a body."""
    for name in _PRESENT:
        known = [part for part in (now, usual) if part.published and part.counts("present").total]
        if len(known) == 2:
            shares = [part.counts("present").counts[name] / part.published for part in known]
            yield abs(shares[0] - shares[1])


def _sources_moved(view: RunView, reference: Reference) -> float:
    """Part of all mails that changed their source, beyond what chance adds: a small run has other shares by chance."""
    mixes = [Counts.of({n: part.published for n, part in of.of("source")}) for of in (view.now, reference.profile)]
    now, usual = mixes
    if not now.total or not usual.total:
        return 0.0
    return label_distance(now, usual, view.settings.monitoring.confidence, 1.0)


def _terms_moved(view: RunView, reference: Reference) -> bool:
    """Of all mails; and of those of a category, by far, since which mails have a category depends on scores, too."""
    settings = view.settings.monitoring
    limits = settings.performance
    if _term_distance(view, view.now.run, reference.profile.run, reference) > limits.max_term_shift:
        return True
    usual = reference.profile
    return any(
        _term_distance(view, part, usual["category", name], reference) > limits.max_category_term_shift
        for name, part in view.now.of("category")
        if min(part.published, usual["category", name].published) >= limits.min_mails
    )


def _term_distance(view: RunView, now: Slice, usual: Slice, reference: Reference) -> float:
    if not now.terms().total or not usual.terms().total:
        return 0.0
    confidence = view.settings.monitoring.confidence
    return term_distance(now.terms(), usual.terms(), confidence, reference.dispersion.get("terms", 1.0))
