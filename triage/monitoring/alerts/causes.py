"""One alert for one cause: which alerts of a run are explained by another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    that are not resolved. Another slice of a rule counts as explained by the most expensive slice, since most
    causes show in several; but the `silenced` keys stay apart, because a person decided on them alone.
    An alert with a row of its own is not folded: it was told already. One that is new is folded only under a cause
    that is new as well, or under which it was folded before. So a cause that stays open for weeks hides nothing that
    comes later.
    """
    silent = set(silenced)
    told = {word for row in last.values() for word in row["folded"]}
    new = {key for key in ranked if key not in last and in_words(key) not in told}

    def may_fold(child: Key, parent: Key) -> bool:
        is_sibling = parent[0] == child[0]
        if child in last or (is_sibling and {parent, child} & silent):
            return False
        if ranked.index(parent) >= ranked.index(child) if is_sibling else child[0] not in explains[parent[0]]:
            return False
        return (child in new and parent in new) or in_words(child) in last.get(parent, {"folded": ()})["folded"]

    causes = {child: [parent for parent in ranked if may_fold(child, parent)] for child in ranked}
    return {child: _highest(parents, causes) for child, parents in causes.items() if parents}


def _highest(parents: Sequence[Key], causes: Mapping[Key, Collection[Key]]) -> Key:
    """The most expensive of those that nothing else explains.

    There is one: what explains a new cause is new, or has the child's row among its own, and then has no cause.
    """
    return next(parent for parent in parents if not causes[parent])
