"""Zones as rows of `silver/mail`, and as they lie once the text has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from triage.mail.zones.split import Kind, Zone, zones


def zones_of(kinds: Sequence[Kind], lengths: Sequence[int]) -> list[Zone]:
    """Zones of these kinds and lengths one after the other; empty ones are left out, neighbours of one kind joined."""
    found: list[Zone] = []
    start = 0
    for kind, length in zip(kinds, lengths, strict=True):
        if length and found and found[-1].kind == kind:
            found[-1] = Zone(found[-1].start, start + length, kind)
        elif length:
            found.append(Zone(start, start + length, kind))
        start += length
    return found


def zone_rows(found: Iterable[Zone]) -> list[dict[str, Any]]:
    """Zones as `silver/mail.zones` holds them."""
    return [{"zone": zone.kind, "start": zone.start, "end": zone.end} for zone in found]


def zone_rows_after(
    rows: Sequence[Mapping[str, Any]] | None, before: str, change: Callable[[str], str]
) -> list[dict[str, Any]] | None:
    """The rows of a body's zones once `change` has put other words in the place of some; None where it has no rows.

    A change that reaches over the end of a zone does not show in the parts: then the changed body is read anew.
    """
    if rows is None:
        return None
    pieces, after = [change(before[row["start"] : row["end"]]) for row in rows], change(before)
    if "".join(pieces) != after:
        return zone_rows(zones(after))
    return zone_rows(zones_of([row["zone"] for row in rows], [len(piece) for piece in pieces]))
