"""One alert for one cause: which alerts of a run are explained by another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from triage.errors import ConfigError
from triage.monitoring.alerts.alert import Key, Row, in_words


def explained_rules(folds: Mapping[str, Sequence[str]], file: Path) -> dict[str, frozenset[str]]:
    """By rule, those that it explains, directly or through others. Raises ConfigError where that goes in a circle."""
    try:
        order = list(TopologicalSorter(folds).static_order())  # folded rules come before those that fold them
    except CycleError as fault:
        circle = " folds ".join(reversed(fault.args[1]))
        where = f"{file}, rule {fault.args[1][0]}"
        raise ConfigError(f"Rules fold each other: {circle}.", where=where, remedy="Take one out of `folds`.") from None
    found: dict[str, frozenset[str]] = {}
    for rule in order:
        own = folds.get(rule, ())
        found[rule] = frozenset(own).union(*(found[folded] for folded in own))
    return found


def parents_of(
    ranked: Sequence[Key],
    explains: Mapping[str, frozenset[str]],
    last: Mapping[Key, Row],
    silenced: Collection[Key] = (),
) -> dict[Key, Key]:
    """Of each alert that another one explains, its highest cause.

    `ranked` are the keys whose conditions hold in this run, the most expensive first; `last` the latest rows of those
    that are not resolved. A rule explains another one where their mails overlap (`_may_overlap`): a source that is dead
    says nothing of what another source sends. Another slice of a rule counts as explained by the most expensive slice,
    since most causes show in several; but the `silenced` keys stay apart, because a person decided on them alone.
    An alert with a row of its own is not folded: it was told already. One that is new is folded only under a cause
    that is new as well, or under which it was folded before. So a cause that stays open for weeks hides nothing that
    comes later.
    """
    silent = set(silenced)
    told = {word for row in last.values() for word in row["folded"]}
    new = {key for key in ranked if key not in last and in_words(key) not in told}
    places = {key: place for place, key in enumerate(ranked)}

    def explains_it(child: Key, parent: Key) -> bool:
        if parent[0] == child[0]:
            return places[parent] < places[child] and not {parent, child} & silent
        return child[0] in explains[parent[0]] and _may_overlap(parent, child)

    def may_fold(child: Key, parent: Key) -> bool:
        if child in last or not explains_it(child, parent):
            return False
        return (child in new and parent in new) or in_words(child) in last.get(parent, {"folded": ()})["folded"]

    causes = {child: [parent for parent in ranked if may_fold(child, parent)] for child in ranked}
    return dict(_highest(causes))


def _may_overlap(one: Key, other: Key) -> bool:
    """Whether two slices can share mails: the whole run with any, a queue with a source, but not two sources."""
    return one[1] != other[1] or one[2] == other[2]


def _highest(causes: Mapping[Key, Sequence[Key]]) -> Iterator[tuple[Key, Key]]:
    """Each alert that a cause explains which nothing explains itself, with the first of these causes.

    What only explained alerts explain stays: `explains` is transitive for rules, but not for slices. A source explains
    the figure of all mails, and that of all mails one of another source, which the first source does not explain. The
    causes of each come before it, since neither rules nor the ranks of slices go in a circle.
    """
    explained: set[Key] = set()
    for key in TopologicalSorter(causes).static_order():
        cause = next((cause for cause in causes[key] if cause not in explained), None)
        if cause:
            explained.add(key)
            yield key, cause
