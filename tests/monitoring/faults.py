"""Faults that are injected into a night's observations, each by the name of the alert that must find it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.monitoring.simulation import Mail
from triage.mail.word_terms import word_hash
from triage.monitoring.view import HeadFacts, ModelFacts

Change = Callable[[list[Mail], random.Random], list[Mail]]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a night: its mails, the counts of its batches, or the model that labels it."""

    alert: str
    change: Change = field(default=lambda mails, _: mails)
    counts: Sequence[Mapping[str, Any]] = ()
    model: ModelFacts | None = None
    title: str = ""


def without_largest_source(mails: list[Mail], _: random.Random) -> list[Mail]:
    """One of the sources gives nothing."""
    dead = Counter(mail["source"] for mail in mails).most_common(2)[-1][0]
    return [mail for mail in mails if mail["source"] != dead]


def doubled(mails: list[Mail], _: random.Random) -> list[Mail]:
    """Twice as many mails, and all alike."""
    return [mail for mail in mails for _ in range(2)]


def new_language(mails: list[Mail], rng: random.Random) -> list[Mail]:
    """A fifth of the mail comes in a language that was not there: other words, unknown to the model."""
    return _some(mails, 0.2, rng, lambda mail: abstained(mail | {"language": "fi"} | _words("fi", mail, rng)))


def new_topic(mails: list[Mail], rng: random.Random) -> list[Mail]:
    """A tenth of the mail is about something new, which the model spreads over its labels with low scores."""
    return _some(mails, 0.1, rng, lambda mail: _unsure(mail | _words("topic", mail, rng), rng))


def shifted_labels(mails: list[Mail], rng: random.Random) -> list[Mail]:
    """The same kinds of mail in other shares: each source gives as many mails, most of them with one label of three."""
    usual = [label for label, _ in Counter(_category(mail) for mail in mails).most_common()]
    weights = {label: 8.0 if place % 3 == 1 else 1.0 for place, label in enumerate(usual)}
    drawn: list[Mail] = []
    for source in sorted({mail["source"] for mail in mails}):
        own = [mail for mail in mails if mail["source"] == source]
        drawn += rng.choices(own, [weights[_category(mail)] for mail in own], k=len(own))
    return drawn


def replaced_wording(mails: list[Mail], rng: random.Random) -> list[Mail]:
    """One department writes with other words; what it is about, and how it is labelled, stays."""
    usual = Counter(_category(mail) for mail in mails if _category(mail) != "abstained")
    changed = usual.most_common(1)[0][0]
    return [mail | _words("wording", mail, rng) if _category(mail) == changed else mail for mail in mails]


def encoding_bug(mails: list[Mail], rng: random.Random) -> list[Mail]:
    """An export of a fifth of the mail writes UTF-8 as if it were Latin-1."""
    return _some(mails, 0.2, rng, lambda mail: mail | {"garbled": 1 + rng.randrange(9)})


def empty_subjects(mails: list[Mail], rng: random.Random) -> list[Mail]:
    """Three mails of ten have no subject."""

    def emptied(mail: Mail) -> Mail:
        present = [name for name in mail["present"] if name != "subject"]
        return mail | {"present": present, "marks": sorted({*(mail["marks"] or []), "SUBJECT_MISSING"})}

    return _some(mails, 0.3, rng, emptied)


def bad_model(mails: list[Mail], rng: random.Random) -> list[Mail]:
    """Another model labels: labels at random, and less sure of them; the queues follow."""

    def relabelled(mail: Mail) -> Mail:
        return _routed(mail | {"labels": [label | _guess(label, mails, rng) for label in mail["labels"]]})

    return [relabelled(mail) for mail in mails]


def miscalibrated(mails: list[Mail], _: random.Random) -> list[Mail]:
    """The same model and mail with scores that are too sure: s becomes what s³ leaves."""

    def surer(mail: Mail) -> Mail:
        return mail | {"labels": [label | {"score": 1 - (1 - label["score"]) ** 3} for label in mail["labels"]]}

    return [surer(mail) for mail in mails]


FALLBACK = ({"batch_id": 1, "stage": "anonymize", "measure": "tagger_fallback", "value": 400.0, "passed": None},)

FAULTS: tuple[Fault, ...] = (
    Fault("dead_source", without_largest_source, title="a source gives nothing"),
    Fault("volume_doubled", doubled, title="twice the usual mail"),
    Fault("new_language", new_language, title="a new language, 20 %"),
    Fault("new_topic", new_topic, title="a new topic, 10 %"),
    Fault("labels_shifted", shifted_labels, title="labels in other shares"),
    Fault("wording_changed", replaced_wording, title="one department's wording replaced"),
    Fault("garbled_text", encoding_bug, title="an encoding bug in 20 %"),
    Fault("subjects_missing", empty_subjects, title="no subject in 30 %"),
    Fault("model_worse", bad_model, model=ModelFacts("triage-labels", "2"), title="a bad model in force"),
    Fault("scores_miscalibrated", miscalibrated, title="scores miscalibrated"),
    Fault("detector_fallback", counts=FALLBACK, title="a detector in fall-back"),
)
"""One of each."""


def _some(mails: list[Mail], share: float, rng: random.Random, change: Callable[[Mail], Mail]) -> list[Mail]:
    return [change(mail) if rng.random() < share else mail for mail in mails]


def _category(mail: Mail) -> str:
    return next(
        (label["label"] or "abstained" for label in mail["labels"] or [] if label["head"] == "category"), "none"
    )


def _words(prefix: str, mail: Mail, rng: random.Random) -> Mail:
    """As many other words, of a vocabulary of some 400."""
    several = len(mail["terms"] or [])
    return {"terms": sorted({word_hash(f"{prefix}{min(399, int(rng.expovariate(1 / 80)))}") for _ in range(several)})}


def abstained(mail: Mail) -> Mail:
    """The mail with no label decided."""
    labels = [label | {"label": None, "reason": "UNKNOWN_LANGUAGE"} for label in mail["labels"]]
    return mail | {"labels": labels, "queue": "review", "rule": "uncertain", "priority": None}


def _unsure(mail: Mail, rng: random.Random) -> Mail:
    labels = []
    for label in mail["labels"]:
        score = 0.3 + 0.4 * rng.random()
        is_decided = score >= 0.6
        labels.append(
            label
            | {"score": score, "label": label["best_label"] if is_decided else None}
            | {"reason": None if is_decided else "LOW_SCORE"}
        )
    return _routed(mail | {"labels": labels})


def _routed(mail: Mail) -> Mail:
    decided = {label["head"]: label["label"] for label in mail["labels"]}
    queue = decided["category"] or "review"
    return mail | {"queue": queue, "rule": queue, "priority": decided["priority"]}


def _guess(label: Mapping[str, Any], mails: Sequence[Mail], rng: random.Random) -> dict[str, Any]:
    other = rng.choice(mails)["labels"]
    best = next(one["best_label"] for one in other if one["head"] == label["head"])
    score = 0.35 + 0.45 * rng.random()
    return {
        "best_label": best,
        "score": score,
        "label": best if score >= 0.6 else None,
        "reason": None if score >= 0.6 else "LOW_SCORE",
    }


def known_model(version: str = "1") -> ModelFacts:
    """A model that was measured."""
    return ModelFacts(
        "triage-labels",
        version,
        {head: HeadFacts(0.9, 0.02, 1_000) for head in ("category", "priority", "sentiment", "kind")},
    )
