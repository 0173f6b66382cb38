"""Counts of which none is of fewer than k people, also not by subtraction.

A tree of counts (day, below it queue, below it language) is cut into blocks: cells with too few people are merged
with others of the same parent into `OTHER` until the block has enough. Every figure that is published, a total
included, is a sum of whole blocks, so no difference of published figures is of fewer than k people: this is what
"complementary suppression" is for (Hundepool et al., "Statistical Disclosure Control", 2012, chapter 4). It holds for
one tree: a second table of the same mails by other columns must be summed from its blocks, not counted anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

OTHER = "other"
"""Stands for the merged cells of a parent."""

Path = tuple[str, ...]


class Cell(NamedTuple):
    """Mails, and different people who sent them."""

    mails: int
    people: int


def anonymous_counts(cells: Mapping[Path, Cell], depth: int, smallest: int) -> dict[Path, int]:
    """Mails by path; each path has `depth` names, the last of which may be `OTHER` from any level on.

    `cells` has the cells of all levels, the root `()` too, since people of cells cannot be added. The mails of the
    result add up to those of the root. Nothing is given where the root itself has fewer people than `smallest`.
    """
    children: dict[Path, list[Path]] = defaultdict(list)
    for path in cells:
        if path:
            children[path[:-1]].append(path)
    root = cells.get((), Cell(0, 0))
    if root.people < smallest:
        return {}
    found: dict[Path, int] = {}
    _publish((), cells, children, depth, smallest, found)
    return found


def _publish(
    parent: Path,
    cells: Mapping[Path, Cell],
    children: Mapping[Path, Sequence[Path]],
    depth: int,
    smallest: int,
    found: dict[Path, int],
) -> None:
    """The blocks below a parent that has enough people itself."""
    if len(parent) == depth:
        found[parent] = cells[parent].mails
        return
    shown, merged = _parted(children.get(parent, ()), cells, smallest)
    for path in shown:
        _publish(path, cells, children, depth, smallest, found)
    if merged:
        rest = (OTHER,) * (depth - len(parent))
        found[parent + rest] = sum(cells[path].mails for path in merged)


def _parted(paths: Iterable[Path], cells: Mapping[Path, Cell], smallest: int) -> tuple[list[Path], list[Path]]:
    """The cells that are shown, and those that are merged.

    People of merged cells may be the same, so a block surely has as many as its largest cell, and no more: where small
    cells are merged, the smallest of the large ones is merged with them. Where all are small, the block is the whole
    parent, which has enough.
    """
    large = sorted((p for p in paths if cells[p].people >= smallest), key=lambda path: (cells[path], path))
    small = [path for path in paths if cells[path].people < smallest]
    if not small:
        return large, []
    return large[1:], [*small, *large[:1]]
