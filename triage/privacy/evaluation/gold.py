"""Gold rows of personal data: texts with the spans that a person marked in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.errors import ConfigError
from triage.privacy.detection.texts import TextRow

_REMEDY = (
    'Each line holds {"id", "text", "spans": [[start, end, type], ...], "headers": {...}, "language", "set", '
    '"complete"}; all but the text may be missing.'
)


@dataclass(frozen=True, slots=True)
class GoldRow(TextRow):
    """A text with its marked spans (start, end, type), None where nobody marked any, and where it comes from.

    `complete` says that all personal data is marked, so that what else is redacted is too much.
    """

    id: object = None
    spans: tuple[tuple[int, int, str], ...] | None = None
    set: str = ""
    complete: bool = True


def gold_records(records: Iterable[Mapping[str, Any]]) -> Iterator[GoldRow]:
    """The same of rows in memory. Raises ConfigError that names the row, from 0, for what cannot be read."""
    for number, record in enumerate(records):
        where = f"row {number}"
        try:
            line = json.dumps(record)
        except (TypeError, ValueError):
            raise ConfigError("A gold row has a value of an unknown kind.", where=where, remedy=_REMEDY) from None
        yield _row(line, where)


def gold_rows(path: Path) -> Iterator[GoldRow]:
    """The rows of a JSONL file. Raises ConfigError that names file and line for what cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _row(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The gold file cannot be read: {type(error).__name__}.", where=str(path), remedy=_REMEDY
        ) from None


def _row(line: str, where: str) -> GoldRow:
    given = _object(line, where)
    for name, is_right in _OPTIONAL.items():
        if given.get(name) is not None and not is_right(given[name]):
            raise ConfigError(f"The {name} of a gold row cannot be read.", where=where, remedy=_REMEDY)
    text, spans = given["text"], given.get("spans")
    if any(start > len(text) for start, *_ in spans or ()):
        raise ConfigError("A span of a gold row lies outside of its text.", where=where, remedy=_REMEDY)
    return GoldRow(
        text,
        {name: value for name, value in (given.get("headers") or {}).items() if value is not None},
        given.get("language"),
        id=given.get("id"),
        spans=None if spans is None else tuple((s[0], min(s[1], len(text)), s[2]) for s in spans),
        set=given.get("set") or "",
        complete=given.get("complete", True) is not False,
    )


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise ConfigError("A gold row is not JSON.", where=where, remedy=_REMEDY) from None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise ConfigError("A gold row has no text.", where=where, remedy=_REMEDY)
    return given


def _are_spans(given: object) -> bool:
    return isinstance(given, list) and all(_is_span(span) for span in given)


def _is_span(given: object) -> bool:
    if not isinstance(given, list) or len(given) < 3:
        return False
    start, end, name = given[:3]
    return type(start) is int and type(end) is int and isinstance(name, str) and 0 <= start <= end


def _are_headers(given: object) -> bool:
    return isinstance(given, dict) and all(v is None or isinstance(v, str) for v in given.values())


def _is_text(given: object) -> bool:
    return isinstance(given, str)


_OPTIONAL: dict[str, Callable[[object], bool]] = {
    "spans": _are_spans,
    "headers": _are_headers,
    "language": _is_text,
    "set": _is_text,
    "complete": lambda given: isinstance(given, bool),
}
"""What a row may hold besides its text, and what says that it is well formed."""
