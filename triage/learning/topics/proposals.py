"""What should change in a head's labels: proposals for people, with mail keys as examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from triage.config.learning.topics import TopicSettings
from triage.learning.topics.clusters import Cluster, IsName, find_clusters
from triage.learning.topics.mails import TopicMail
from triage.learning.topics.overlap import Overlap, find_overlaps, unused_labels

Change = Literal["add", "teach", "split", "merge", "remove"]

_MOSTLY = 0.6
"""Share of a cluster that one label has from which it is more of this label, and no new one."""

_FEWEST_UNUSED = 500
"""Mails without a label before it counts as unused."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change; `words` name the topic, `mails` are behind it, `examples` are mail keys."""

    change: Change
    labels: tuple[str, ...]
    words: tuple[str, ...]
    mails: int
    examples: tuple[str, ...]
    sentence: str


def find_proposals(
    mails: Sequence[TopicMail],
    labels: Sequence[str],
    corrections: Sequence[Mapping[str, Any]],
    settings: TopicSettings,
    default_queue: str,
    is_name: IsName,
) -> list[Proposal]:
    """All proposals: what no label has, what one label mixes, what two labels share, what nobody uses."""
    unknown = [m for m in mails if m.label is None or m.queue == default_queue or m.label in settings.other_labels]
    new = (_new(one) for one in _topics(unknown, settings, is_name))
    split = (_split(label, _topics(own, settings, is_name), len(own), settings) for label, own in _decided(mails))
    overlaps = find_overlaps(mails, corrections, settings.fewest_mails, settings.overlap)
    unused = unused_labels(labels, mails, corrections) if len(mails) >= _FEWEST_UNUSED else []
    return [*new, *filter(None, split), *map(_merge, overlaps), *(_remove(label, len(mails)) for label in unused)]


def _topics(mails: Sequence[TopicMail], settings: TopicSettings, is_name: IsName) -> list[Cluster]:
    found = find_clusters(mails, settings.fewest_mails, is_name)
    return [one for one in found if one.senders >= settings.fewest_senders]


def _decided(mails: Sequence[TopicMail]) -> list[tuple[str, list[TopicMail]]]:
    names = sorted({mail.label for mail in mails if mail.label is not None})
    return [(name, [mail for mail in mails if mail.label == name]) for name in names]


def _new(cluster: Cluster) -> Proposal:
    label, count = Counter(mail.best_label for mail in cluster.mails).most_common(1)[0]
    size, share = len(cluster.mails), count / len(cluster.mails)
    words = ", ".join(cluster.words) or "no common words"
    if share >= _MOSTLY:
        text = (
            f"{size} mails about {words} that no label takes are most like {label} ({share:.0%}): teach it with these."
        )
        return Proposal("teach", (label,), cluster.words, size, cluster.examples, text)
    text = f"{size} mails about {words} have no label of their own; the most like is {label}, for {share:.0%} of them."
    return Proposal("add", (), cluster.words, size, cluster.examples, text)


def _split(label: str, clusters: Sequence[Cluster], size: int, settings: TopicSettings) -> Proposal | None:
    large = [one for one in clusters if len(one.mails) >= settings.split_share * size]
    if len(large) < 2:
        return None
    parts = "; ".join(f"{', '.join(one.words)} ({len(one.mails)} mails)" for one in large)
    words = tuple(word for one in large for word in one.words)
    examples = tuple(key for one in large for key in one.examples[:2])
    return Proposal("split", (label,), words, size, examples, f"{label} holds {len(large)} topics: {parts}.")


def _merge(pair: Overlap) -> Proposal:
    one, other = pair.labels
    text = (
        f"Mails of {one} and of {other} give the other label {pair.share:.0%} on average, and people changed one into "
        f"the other {pair.corrected} times."
    )
    return Proposal("merge", pair.labels, (), 0, pair.examples, text)


def _remove(label: str, mails: int) -> Proposal:
    return Proposal("remove", (label,), (), mails, (), f"No mail of {mails} is most like {label}, and nobody gave it.")
