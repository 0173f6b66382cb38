"""The features of a profile: each is one function of observations and one line in FEATURES."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from triage.monitoring.profiles.columns import Coded, Floats, Observations, Scores, TermLists
from triage.reasons import Mark
from triage.routing.attributes import ABSTAINED

NONE = "none"
DECIDED = "decided"
_SIGNS = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")

SHORT_CHARS = 200
MEDIUM_CHARS = 1_500
FEWEST_WORDS = 20
"""Words that a mail needs before its style is told; of fewer, one rare word decides."""

UNUSUAL_SHARE = 0.2
"""Share of rare words from which a mail's writing counts as unusual."""

MOST_HOURS, MORE = 720, "more"
"""Hours up to which waiting is counted by the hour, and what is beyond."""

Values = Coded | Floats | Scores | TermLists


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of all published mails."""

    name: str
    values: Callable[[Observations], Values]


@dataclass(frozen=True, slots=True)
class HeadFeature:
    """A feature `name.<head>` for each head."""

    name: str
    values: Callable[[Observations, str], Values]


def attachments(of: Observations) -> Coded:
    """Number of attachments: 0, 1, 2, 3 or more."""
    return _binned(of.numbers("attachments"), (1, 2, 3), ("0", "1", "2", "3 or more"))


def signs(of: Observations) -> Coded:
    """The facts of the header that a mail shows, joined; `none` where it shows none."""
    bits = sum(of.flag(name).astype(np.int64) << place for place, name in enumerate(_SIGNS))
    names = [", ".join(name for place, name in enumerate(_SIGNS) if n >> place & 1) or NONE for n in range(64)]
    return Coded(names, np.asarray(bits, dtype=np.int64))


def valid(of: Observations) -> Coded:
    """The rules that hold of a mail: language_known, date_plausible, body_not_garbled.

    What was not looked at, as in rows of older lakes, holds.
    """
    language = of.coded("language")
    is_known = np.asarray([value != "und" for value in language.values] + [False])[language.codes]
    is_plausible = ~of.has_any("marks", (Mark.DATE_UNREADABLE.value, Mark.DATE_AFTER_RECEIPT.value))
    is_readable = ~(of.numbers("garbled") > 0)
    rules = {"language_known": is_known, "date_plausible": is_plausible, "body_not_garbled": is_readable}
    rows = [np.flatnonzero(holds) for holds in rules.values()]
    codes = np.repeat(np.arange(len(rows)), [len(own) for own in rows])
    return Coded(list(rules), codes, np.concatenate(rows))


def due_state(of: Observations) -> Coded:
    """Of routed mails: none (no answer is due), in_time or overdue at the time of routing."""
    hours, queue = of.hours("due_at"), of.coded("queue")
    codes = np.where(np.isnan(hours), 0, np.where(hours >= 0, 1, 2))
    return Coded((NONE, "in_time", "overdue"), np.where(queue.codes >= 0, codes, -1))


def hours_waited(of: Observations) -> Coded:
    """Whole hours, rounded up, from receipt to routing; `more` above MOST_HOURS.

    Counted and not sketched, since of a promise to route 99.5 % in time a sketch's rank error is more than the rest.
    """
    hours = np.ceil(np.maximum(0.0, -of.hours("received_at")))
    codes = np.where(np.isnan(hours), -1, np.minimum(np.nan_to_num(hours), MOST_HOURS + 1))
    return Coded((*(str(hour) for hour in range(MOST_HOURS + 1)), MORE), codes.astype(np.int64))


def priority(of: Observations) -> Coded:
    """The priority of routed mails; abstained where it has none."""
    found, queue = of.coded("priority", ABSTAINED), of.coded("queue")
    return Coded(found.values, np.where(queue.codes >= 0, found.codes, -1))


def sender_kind(of: Observations) -> Coded:
    """What kind of sender the header shows: bounce, automatic, list, bulk; else human."""
    flags = [of.flag(name) for name in ("bounce", "auto_submitted", "list_mail", "bulk")]
    return Coded(("bounce", "automatic", "list", "bulk", "human"), np.select(flags, range(4), 4).astype(np.int64))


def length(of: Observations) -> Coded:
    """Short, medium or long, by the characters of the body."""
    return _binned(of.numbers("body_chars"), (SHORT_CHARS, MEDIUM_CHARS), ("short", "medium", "long"))


def style(of: Observations) -> Coded:
    """Plain, or unusual where many words are rare: a proxy for non-native and technical writing that needs no name.

    None where the language's words are not known, or the mail has few.
    """
    share = np.where(of.numbers("words") >= FEWEST_WORDS, rare_share(of), np.nan)
    return _binned(share, (UNUSUAL_SHARE,), ("plain", "unusual"))


def rare_share(of: Observations) -> Floats:
    """Rare words by words; nan without words, or where it is not known which are rare."""
    words = of.numbers("words")
    return of.numbers("rare_words") / np.where(words > 0, words, np.nan)


def abstained(of: Observations, head: str) -> Coded:
    """`decided`, or the code of the reason to abstain."""
    return of.label(head, "reason", DECIDED)


def label(of: Observations, head: str) -> Coded:
    """The head's label, or `abstained`."""
    return of.label(head, "label", ABSTAINED)


FEATURES: tuple[Feature, ...] = (
    Feature("language", lambda of: of.coded("language", NONE)),
    Feature("attachments", attachments),
    Feature("entities", lambda of: of.counted("entity_counts")),
    Feature("signs", signs),
    Feature("marks", lambda of: of.members("marks")),
    Feature("present", lambda of: of.members("present")),
    Feature("valid", valid),
    Feature("queue", lambda of: of.coded("queue")),
    Feature("rule", lambda of: of.coded("rule")),
    Feature("priority", priority),
    Feature("due_state", due_state),
    Feature("hours_waited", hours_waited),
    Feature("sender_kind", sender_kind),
    Feature("length", length),
    Feature("style", style),
    Feature("body_chars", lambda of: of.numbers("body_chars")),
    Feature("size_bytes", lambda of: of.numbers("size_bytes")),
    Feature("language_score", lambda of: of.numbers("language_score")),
    Feature("words", lambda of: of.numbers("words")),
    Feature("rare_share", rare_share),
    Feature("garbled", lambda of: of.numbers("garbled")),
    Feature("hours_to_route", lambda of: -of.hours("received_at")),
    Feature("hours_to_due", lambda of: of.hours("due_at")),
    Feature("terms", lambda of: of.terms("terms")),
)
"""The features of published mails."""

HEAD_FEATURES: tuple[HeadFeature, ...] = (
    HeadFeature("label", label),
    HeadFeature("best_label", lambda of, head: of.label(head, "best_label")),
    HeadFeature("abstained", abstained),
    HeadFeature("score", lambda of, head: of.label_scores(head)),
    HeadFeature("decided_score", lambda of, head: of.label_scores(head, decided=True)),
)
"""The features of a head's labels."""


def _binned(numbers: Floats, edges: tuple[float, ...], names: tuple[str, ...]) -> Coded:
    """Names by the rising lower edges of all bins but the first; nan has none."""
    codes = np.digitize(numbers, edges)
    return Coded(names, np.where(np.isnan(numbers), -1, codes))
