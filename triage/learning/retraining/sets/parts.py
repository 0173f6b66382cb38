"""Which corrections a model learns from, and which are held back for the gate.

Soundness. What a model learnt from, or what is nearly the same, says nothing on how it does on new mail, so mails of
one thread and near-duplicates go to one part, and a mail keeps its part in all later trainings: the gate then compares
on rows that neither the champion nor the challenger has seen. The part of a new group is drawn by a hash with the
lake's key, which no sender can foresee. What the gate uses anyway, mails of the gold set and of audits, is decided
before the draw. A later mail may join a group that was learnt from with one that was held back: the gate then leaves
the latter out (`gate_mails`), since a mail that was learnt from cannot be unlearnt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from triage.learning.guards.outcome import MailFacts
from triage.privacy.pseudonyms.keys import Keys, keyed_name

TRAIN, GATE = "train", "gate"

_KIND = b"part of a training"
_DIGITS = 8


def draw_parts(
    facts: Mapping[str, MailFacts],
    used: Sequence[Mapping[str, Any]],
    gate_share: float,
    keys: Keys,
    *,
    apart: AbstractSet[str] = frozenset(),
    at_random: AbstractSet[str] = frozenset(),
) -> dict[str, str]:
    """`train` or `gate` for each mail; `used` are rows of gold/training_sets, `apart` mails that no model learns from.

    A mail that a training had keeps its part. Another follows its group: `train` where a training learnt from one of
    the group, else `gate` where one was held back or is `apart`, else by a draw where one is `at_random`: drawn for
    review at random, so that the gate can use it. To hold back another one would teach and show nothing.
    """
    before = _before(used)
    parts: dict[str, str] = {}
    for members in groups_of(facts):
        known = {before[key] for key in members if key in before} | {GATE for key in members if key in apart}
        share = gate_share if at_random & set(members) else 0.0
        drawn = next((part for part in (TRAIN, GATE) if part in known), None) or _draw(members[0], share, keys)
        parts |= {key: before.get(key, drawn) for key in members}
    return parts


def _before(used: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What was learnt from once stays so."""
    found: dict[str, str] = {}
    for row in used:
        if found.get(row["mail_key"]) != TRAIN:
            found[row["mail_key"]] = row["part"]
    return found


def groups_of(facts: Mapping[str, MailFacts]) -> list[list[str]]:
    """Mail keys by group, sorted: mails of one thread or one cluster of near-duplicates, joined transitively."""
    keys = sorted(facts)
    first: dict[object, int] = {}
    pairs = []
    for number, key in enumerate(keys):
        one = facts[key]
        for name in (("near", one.near), *((("thread", one.thread),) if one.thread else ())):
            pairs.append((number, first.setdefault(name, number)))
    ones, others = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(ones), dtype=np.int8), (ones, others)), shape=(len(keys), len(keys)))
    of = connected_components(graph, directed=False)[1] if keys else np.array([], dtype=np.int64)
    groups: dict[int, list[str]] = {}
    for key, group in zip(keys, of, strict=True):
        groups.setdefault(int(group), []).append(key)
    return list(groups.values())


def _draw(key: str, gate_share: float, keys: Keys) -> str:
    number = int(keyed_name(_KIND, key.encode(), keys)[:_DIGITS], 16)
    return GATE if number < gate_share * 16**_DIGITS else TRAIN
