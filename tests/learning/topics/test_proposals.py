"""What is proposed for a head's labels, on mails of known topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from triage.config.learning.topics import TopicSettings
from triage.learning.topics.clusters import find_clusters
from triage.learning.topics.mails import TopicMail
from triage.learning.topics.overlap import find_overlaps, unused_labels
from triage.learning.topics.proposals import find_proposals

TOPICS = {
    "parking": "parking garage space ticket barrier car lot permit".split(),
    "canteen": "canteen menu lunch vegetarian meal kitchen tray soup".split(),
    "invoice": "invoice amount payment due bank transfer reminder total".split(),
}
FILLER = "please could today thanks hello regards question about team week".split()
SETTINGS = TopicSettings(fewest_mails=15)
LABELS = ("billing", "facilities", "hr")


def mails(
    topic: str, count: int, label: str | None, best: str, *, senders: int = 20, extra: Sequence[str] = ()
) -> list[TopicMail]:
    random = np.random.default_rng(sum(map(ord, topic)) + count)
    found = []
    for number in range(count):
        words = [*random.choice(TOPICS[topic], 5, replace=False), *random.choice(FILLER, 4), *extra]
        scores = {name: 0.8 if name == best else 0.1 for name in LABELS}
        sender = f"<EMAIL_ADDRESS_{number % senders}>"
        found.append(TopicMail(f"{topic}-{number}", sender, words, "en", label, best, scores, "review"))
    return found


def propose(found: list[TopicMail], **changes: Any) -> list[Any]:
    settings = SETTINGS.model_copy(update=changes)
    return find_proposals(found, LABELS, [], settings, "none", lambda word: word == "garage")


def of(*mailboxes: list[TopicMail]) -> list[TopicMail]:
    return [mail for own in mailboxes for mail in own]


def mixed(topic: str, count: int) -> list[TopicMail]:
    """Abstained mails whose best labels are spread over all."""
    found = mails(topic, count, None, "hr")
    return [
        TopicMail(m.mail_key, m.sender, m.words, m.language, None, LABELS[n % 3], m.scores, m.queue)
        for n, m in enumerate(found)
    ]


def test_new_topics_among_abstained_mail() -> None:
    found = propose(of(mixed("parking", 60), mixed("canteen", 60)))
    assert [one.change for one in found] == ["add", "add"]
    for topic in ("parking", "canteen"):
        (own,) = (one for one in found if one.examples[0].startswith(topic))
        assert own.mails == pytest.approx(60, abs=6)
        assert set(own.words) <= set(TOPICS[topic])
        assert all(key.startswith(topic) for key in own.examples)
        assert "garage" not in own.words  # somebody may be called so


def test_abstained_mail_of_one_label_should_be_learnt() -> None:
    found = propose(of(mails("parking", 60, None, "facilities"), mails("canteen", 60, None, "facilities")))
    assert {(one.change, one.labels) for one in found} == {("teach", ("facilities",))}


def test_a_label_of_two_topics_should_be_split() -> None:
    decided = of(mails("parking", 60, "facilities", "facilities"), mails("canteen", 60, "facilities", "facilities"))
    (found,) = propose(decided)
    assert (found.change, found.labels) == ("split", ("facilities",))
    assert {key.partition("-")[0] for key in found.examples} == {"parking", "canteen"}


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([], id="no mail"),
        pytest.param(mails("invoice", 100, "billing", "billing"), id="one topic a label"),
        pytest.param(mixed("parking", 20), id="too few"),
        pytest.param(
            of(
                mails("parking", 60, None, "hr", senders=2),
                mails("canteen", 60, None, "hr", senders=1),
            ),
            id="campaigns of few senders",
        ),
    ],
)
def test_nothing_to_propose(found: list[TopicMail]) -> None:
    assert propose(found) == []


def test_words_of_few_senders_name_nothing() -> None:
    own = of(mixed("parking", 60), mixed("canteen", 60))
    secret = [
        TopicMail(m.mail_key, "<EMAIL_ADDRESS_one>", [*m.words, "zanzibar"], "en", None, m.best_label, m.scores, None)
        for m in own[:30]
    ]
    found = find_clusters(secret + own[30:], 15, lambda _: False)
    assert found
    assert all("zanzibar" not in one.words for one in found)


def scored(label: str, other: str, share: float, count: int) -> list[TopicMail]:
    scores = {label: 1 - share, other: share}
    return [TopicMail(f"{label}-{n}", "s", ["word"], "en", label, label, scores, None) for n in range(count)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(0.4, 0.3, [0.3], id="both ways"),
        pytest.param(0.4, 0.1, [], id="one way only"),
        pytest.param(0.1, 0.1, [], id="apart"),
    ],
)
def test_overlap(one: float, other: float, expected: list[float]) -> None:
    own = scored("billing", "sales", one, 20) + scored("sales", "billing", other, 20)
    corrections: list[dict[str, Any]] = [
        {"decided": "sales", "label": "billing"},
        {"decided": None, "label": "sales"},
    ]
    found = find_overlaps(own, corrections, 15, 0.25)
    assert [pair.share for pair in found] == pytest.approx(expected)
    assert [(pair.labels, pair.corrected) for pair in found] == [(("billing", "sales"), 1)] * len(expected)


def test_unused_labels() -> None:
    own = scored("billing", "sales", 0.1, 5)
    assert unused_labels(("billing", "sales", "hr"), own, [{"label": "hr"}]) == ["sales"]


def test_mails_of_two_taxonomies_do_not_stop_the_job() -> None:
    old = [replace(mail, scores={"hr": 0.5, "billing": 0.5}) for mail in mails("canteen", 20, "hr", "hr")]
    new = mails("parking", 20, "facilities", "facilities")
    new = [replace(mail, scores={"facilities": 0.5, "hr": 0.5}) for mail in new]
    old = [*old, *(replace(mail, mail_key=f"n{mail.mail_key}", scores={"facilities": 0.6, "hr": 0.4}) for mail in old)]
    [found] = find_overlaps([*old, *new], [], 15, 0.2)
    assert found.labels == ("facilities", "hr")
