"""Draws docs/assets/flow.svg, the way of a mail, from the stages and their tables (triage/pipeline/stages.py)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from docs.write.svg import Arrow, Box, Kind, Note, drawing
from triage.lake.tables import LABELS, LEDGER, QUARANTINE, RAW_MAIL, ROUTES, SILVER_MAIL, Table
from triage.pipeline.stages import STAGES, Stage

TARGET = Path(__file__).parents[1] / "assets" / "flow.svg"
TITLE = (
    "The way of a mail: exports are planned into ops/ledger, ingested into vault/raw_mail, anonymized into silver/mail,"
    " labelled into gold/labels and routed into gold/routes; the run's account writes metrics, MLflow and the report."
    " Quarantined mail can be planned again."
)
WAY: tuple[tuple[str, Table | None], ...] = (
    ("plan", LEDGER),
    ("ingest", RAW_MAIL),
    ("anonymize", SILVER_MAIL),
    ("thread", None),
    ("label", LABELS),
    ("route", ROUTES),
)
"""The steps of a mail, each with the table by which it reaches the next one; one without writes beside the way."""

BESIDE = {
    "plan": "mailbox exports",
    "anonymize": "privacy policy, key",
    "label": "model registry",
    "route": "routing rules",
}
"""What a step reads that is no table."""

CLEAR = ("ingest", "anonymize")
"""Steps that see clear text; all later ones read anonymized text."""

_LEFT, _MIDDLE, _RIGHT = 16, 226, 436
_WIDTH, _HEIGHT, _GAP, _SIDE = 168, 34, 26, 42
"""Of a box, and between boxes: down the way, and of a step's other tables."""


def text() -> str:
    """The whole file."""
    places = dict(_places())
    notes, arrows, boxes = [_clear(places)], [*_arrows(places)], [*_boxes(places)]
    return drawing(TITLE, (634, max(box.y for box in boxes) + _HEIGHT + 16), notes, arrows, boxes)


def others(step: str) -> list[str]:
    """The tables that a step writes beside the one on the way."""
    stage = _stage(step)
    on_way = {table.name for _, table in WAY if table}
    return sorted(table.name for table in stage.writes if table.name not in on_way) if stage else []


def _stage(step: str) -> Stage | None:
    return next((stage for stage in STAGES if stage.name == step), None)


def _places() -> Iterator[tuple[str, float]]:
    """Where each step and table of the way begins, from above."""
    y = 16.0
    for step, table in WAY:
        yield step, y
        beside = max(1, len(others(step)))
        y += max(_HEIGHT + _GAP, beside * _SIDE + 10)
        if table:
            yield table.name, y
            y += _HEIGHT + _GAP
    yield "account", y


def _boxes(places: dict[str, float]) -> Iterator[Box]:
    kinds: dict[str, Kind] = dict.fromkeys([*(step for step, _ in WAY), "account"], "step")
    for name, y in places.items():
        yield Box(name, kinds.get(name, "table"), _MIDDLE, y, _WIDTH)
        for number, other in enumerate(others(name)):
            yield Box(other, "table", _RIGHT, y + number * _SIDE, _WIDTH)
        if name in BESIDE:
            yield Box(BESIDE[name], "outside", _LEFT, y, _WIDTH)
    yield Box("metrics and report", "outside", _RIGHT, places["account"], _WIDTH)


def _arrows(places: dict[str, float]) -> Iterator[Arrow]:
    middle, names = _MIDDLE + _WIDTH / 2, list(places)
    for above, below in pairwise(names):
        yield Arrow(((middle, places[above] + _HEIGHT), (middle, places[below])))
    for name, y in places.items():
        for number in range(len(others(name)) or (name == "account")):
            yield Arrow(((_MIDDLE + _WIDTH, y + 17), (_RIGHT, y + 17 + number * _SIDE)))
        if name in BESIDE:
            yield Arrow(((_LEFT + _WIDTH, y + 17), (_MIDDLE, y + 17)))
    yield from _skips(places)
    yield _replay(places)


def _skips(places: dict[str, float]) -> Iterator[Arrow]:
    """A step that reads a table of the way other than the one just before it."""
    for number, (step, _) in enumerate(WAY):
        stage, passed = _stage(step), [table.name for _, table in WAY[:number] if table]
        just_before = number > 0 and WAY[number - 1][1] is not None
        for name in passed[1 : -1 if just_before else None]:  # the ledger has the plan only
            if stage and name in {table.name for table in stage.reads}:
                start, end, x = places[name] + 17, places[step] + 8, _MIDDLE - 16
                yield Arrow(((_MIDDLE, start), (x, start), (x, end), (_MIDDLE, end)))


def _replay(places: dict[str, float]) -> Arrow:
    """Quarantined mail is planned again."""
    y = places["anonymize"] + 17 + others("anonymize").index(QUARANTINE.name) * _SIDE
    end = places["plan"] + 17
    return Arrow(((_RIGHT + _WIDTH, y), (622, y), (622, end), (_MIDDLE + _WIDTH, end)), dashed=True)


def _clear(places: dict[str, float]) -> Note:
    last = places[CLEAR[-1]]
    top, bottom = places[CLEAR[0]] - 13, last + max(1, len(others(CLEAR[-1]))) * _SIDE
    return Note("clear text, in memory only", 8, top, 604, bottom - top)


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
