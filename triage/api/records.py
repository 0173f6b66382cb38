"""Rows that a person hands in, as a file, a frame or dicts: one form for all that takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from triage.api.rows.answer import Answer
from triage.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    Frame = pd.DataFrame | pl.DataFrame
else:
    Frame = object

Given = str | Path | Frame | pa.Table | Answer | Iterable[Mapping[str, Any]]
"""A file by its path; a frame of pandas, polars or Arrow; rows of a lake; or a dict a row."""


def file_of(rows: object) -> Path | None:
    """The path, where a file is handed in."""
    return Path(rows).expanduser() if isinstance(rows, (str, Path)) else None


def records_of(rows: object, where: str) -> list[dict[str, Any]]:
    """A dict a row, with None for what is missing. Raises ConfigError, which names `where`, for what is no rows."""
    import pandas as pd
    import polars as pl

    match rows:
        case pd.DataFrame():
            there = rows.notna()
            return [
                {str(k): v for k, v in row.items()} for row in rows.astype(object).where(there, None).to_dict("records")
            ]
        case pl.DataFrame():
            return rows.to_dicts()
        case pa.Table():
            return rows.to_pylist(maps_as_pydicts="strict")
        case Iterable() if not isinstance(rows, Mapping):
            found = list(rows)
            if all(isinstance(one, Mapping) for one in found):
                return [dict(one) for one in found]
    raise ConfigError(
        f"A {type(rows).__name__} like this is no rows.",
        where=where,
        remedy="Give a file, a DataFrame, a table of Arrow, rows of the lake, or a list of dicts.",
    )
