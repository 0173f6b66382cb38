"""Which mails a rule can match after the rules before it: exact subtraction of regions over finite domains.

A rule's region is a union of boxes. Each attribute is an axis with finitely many atoms: the labels of
a head, true and false, whether a text contains a word, and for a number the bounds that rules name and
the gaps between them. A box names, for some axes, the atoms allowed. A rule is unreachable when the boxes of earlier
rules leave no point of its own boxes. Cutting one box out of another is the step of the sharp product
in logic minimization (Brayton et al., Logic Minimization Algorithms for VLSI Synthesis, 1984).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from triage.routing.attributes import ABSTAINED, NO, YES, Attribute, Kind
from triage.routing.conditions import Condition, RuleFault

Box = Mapping[str, frozenset[str]]
"""Axis → the atoms allowed; an axis that is not named is free."""

ABSENT = "absent"
OTHER = "other"
MAX_COMPARISONS = 2_000_000
"""Comparisons of boxes after which the search stops and counts the rule as reachable: the problem is as hard as SAT."""

MAX_BOXES = 4_096
"""Boxes of one rule; `words: {all_of: …}` doubles them with each word."""


class Space:
    """The axes and atoms that all conditions of a rule file span together."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.domains: dict[str, frozenset[str]] = {}
        self._cells: dict[str, dict[str, tuple[float, float]]] = {}
        by_attribute: dict[str, list[Condition]] = {}
        for condition in conditions:
            by_attribute.setdefault(condition.attribute.name, []).append(condition)
        for same in by_attribute.values():
            self._add(same[0].attribute, same)

    def boxes(self, conditions: Sequence[Condition]) -> list[Box]:
        """The region where all conditions hold; empty where they contradict each other.

        Raises RuleFault when the rule needs more than MAX_BOXES boxes.
        """
        options = [self._options(condition) for condition in conditions]
        if math.prod(len(option) for option in options) > MAX_BOXES:
            raise RuleFault("The rule has too many cases to check.", "Name fewer words, or ask for one text only.")
        regions = (self._intersection(choice) for choice in product(*options))
        return [box for box in regions if box is not None]

    def impossible(self) -> list[Box]:
        """Regions that no mail can be in: a text with a phrase but without a word of that phrase."""
        axes = [axis.split(":", 1) for axis in self.domains if ":" in axis]
        return [
            {f"{field}:{phrase}": frozenset({YES}), f"{field}:{word}": frozenset({NO})}
            for field, phrase in axes
            for other, word in axes
            if field == other and field != "marks" and word != phrase and f" {word} " in f" {phrase} "
        ]

    def is_covered(self, boxes: Sequence[Box], by: Sequence[Box]) -> bool:
        """Whether every point of `boxes` lies in a box of `by`."""
        stack = [(box, 0) for box in boxes]
        compared = 0
        while stack:
            box, start = stack.pop()
            index = next((i for i in range(start, len(by)) if overlap(box, by[i])), None)
            compared += len(by) - start
            if index is None or compared > MAX_COMPARISONS:
                return False
            stack.extend((piece, index + 1) for piece in self._without(box, by[index]))
        return True

    def _add(self, attribute: Attribute, conditions: Sequence[Condition]) -> None:
        named = {value for condition in conditions for value in condition.named}
        if attribute.kind in (Kind.NUMBER, Kind.TIME):
            cells = number_cells(attribute, conditions)
            self._cells[attribute.name] = cells
            self.domains[attribute.name] = frozenset(cells) | ({ABSENT} if attribute.nullable else set())
        elif attribute.kind in (Kind.MEMBERS, Kind.WORDS):
            for field in attribute.fields or (attribute.name,):
                self.domains.update({f"{field}:{value}": frozenset({YES, NO}) for value in named})
        else:
            closed = attribute.values or ((YES, NO) if attribute.kind is Kind.FLAG else (*named, OTHER))
            self.domains[attribute.name] = frozenset(closed) | ({ABSENT} if attribute.nullable else set())

    def _options(self, condition: Condition) -> list[Box]:
        attribute = condition.attribute
        if attribute.kind in (Kind.NUMBER, Kind.TIME):
            cells = self._cells[attribute.name].items()
            inside = {c for c, (low, high) in cells if condition.minimum <= low and high <= condition.maximum}
            return [{attribute.name: frozenset(inside)}]
        if attribute.kind in (Kind.MEMBERS, Kind.WORDS):
            return [box for box in self._membership(condition) if box is not None]
        return [{attribute.name: self.allowed(condition)}]

    def allowed(self, condition: Condition) -> frozenset[str]:
        """The atoms that fulfil a condition on a label, flag or symbol; `abstained` only where it is named."""
        atoms = frozenset(condition.any_of or condition.all_of)
        atoms = atoms or self.domains[condition.attribute.name] - {ABSTAINED, ABSENT}
        if condition.all_of:
            atoms &= frozenset(condition.all_of)
        return atoms - frozenset(condition.none_of)

    def _membership(self, condition: Condition) -> Iterator[Box | None]:
        fields = condition.attribute.fields or (condition.attribute.name,)
        places: list[list[Box]] = [[{f"{f}:{value}": frozenset({YES})} for f in fields] for value in condition.all_of]
        if condition.any_of:
            places.append([{f"{f}:{value}": frozenset({YES})} for value in condition.any_of for f in fields])
        without: Box = {f"{f}:{value}": frozenset({NO}) for value in condition.none_of for f in fields}
        for choice in product(*places):
            yield self._intersection((without, *choice))

    def _intersection(self, boxes: Sequence[Box]) -> Box | None:
        common: dict[str, frozenset[str]] = {}
        for box in boxes:
            for axis, atoms in box.items():
                common[axis] = common.get(axis, self.domains[axis]) & atoms
        return common if all(common.values()) else None

    def _without(self, box: Box, cover: Box) -> Iterator[Box]:
        """Disjoint boxes that together are `box` minus `cover`."""
        rest = dict(box)
        for axis, atoms in cover.items():
            own = rest.get(axis, self.domains[axis])
            if outside := own - atoms:
                yield rest | {axis: outside}
            rest[axis] = own & atoms


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share a point."""
    return all(axis not in one or one[axis] & atoms for axis, atoms in other.items())


def number_cells(attribute: Attribute, conditions: Sequence[Condition]) -> dict[str, tuple[float, float]]:
    """Atoms of a number: each bound that a rule names, and each gap between two; name → lowest, highest."""
    named = {bound for c in conditions for bound in (c.minimum, c.maximum) if math.isfinite(bound)}
    inner = {bound for bound in named if attribute.low < bound < attribute.high}
    bounds = sorted(inner | {attribute.low, attribute.high})
    points = {f"{b!r}": (b, b) for b in bounds if math.isfinite(b) and (not attribute.whole or b == int(b))}
    gaps = {f"{a!r}..{b!r}": (a, b) for a, b in pairwise(bounds) if _has_inner(a, b, attribute.whole)}
    return points | gaps


def _has_inner(low: float, high: float, whole: bool) -> bool:
    return high > low and (not whole or math.floor(low) + 1 < high)
