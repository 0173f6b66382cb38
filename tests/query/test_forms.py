from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from triage.query.forms import FORMS
from triage.spreadsheets import escape_formula

ROWS = pa.table(
    {
        "name": pa.array(["=cmd()", "a|b\nc", None]),
        "number": pa.array([1, -2, None], pa.int64()),
        "part": pa.array([Decimal("1.50"), None, None], pa.decimal128(4, 2)),
        "time": pa.array([datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC), None, None], pa.timestamp("us", "UTC")),
        "day": pa.array([date(2026, 11, 30), None, None]),
        "list": pa.array([["x", "ü"], [], None]),
        "map": pa.array([[("k", 0.5)], [], None], pa.map_(pa.string(), pa.float64())),
        "sealed": pa.array([b"secret", None, None]),
        "flag": pa.array([True, False, None]),
    }
)


def written(form: str, table: pa.Table = ROWS) -> bytes:
    target = io.BytesIO()
    assert FORMS[form](table.to_reader(), target) == table.num_rows
    return target.getvalue()


def test_csv() -> None:
    assert written("csv").decode().splitlines() == [
        "name,number,part,time,day,list,map,sealed,flag",
        """'=cmd(),1,1.50,2026-11-30 01:02:03Z,2026-11-30,"[""x"", ""ü""]","{""k"": 0.5}",(6 sealed bytes),true""",
        '"a|b',
        'c",-2,,,,[],{},,false',
        ",,,,,,,,",
    ]


def test_json() -> None:
    first, second, third = written("json").decode().splitlines()
    assert first == (
        '{"name": "=cmd()", "number": 1, "part": 1.5, "time": "2026-11-30T01:02:03Z", "day": "2026-11-30", '
        '"list": ["x", "ü"], "map": {"k": 0.5}, "sealed": "(6 sealed bytes)", "flag": true}'
    )
    assert '"a|b\\nc"' in second
    assert third.count("null") == 9


def test_markdown() -> None:
    lines = written("markdown", ROWS.select(["name", "number", "list"])).decode().splitlines()
    assert lines == [
        "| name | number | list |",
        "| --- | ---: | --- |",
        '| =cmd() | 1 | ["x", "ü"] |',
        "| a\\|b<br>c | -2 | [] |",
        "|  |  |  |",
    ]


def test_parquet() -> None:
    assert pq.read_table(io.BytesIO(written("parquet"))).equals(ROWS)


@pytest.mark.parametrize(("rows", "told"), [(0, "0 rows"), (1, "1 row"), (3, "3 rows")])
def test_a_table_tells_how_many_rows_it_has(rows: int, told: str) -> None:
    text = written("table", ROWS.slice(0, rows)).decode()
    assert text.splitlines()[-1] == told
    assert ("(6 sealed bytes)" in text) == bool(rows)
    assert "secret" not in text


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "-5"), ("+4.5e3", "+4.5e3"), ("-a", "'-a"), ("", ""), ("plain", "plain")],
)
def test_cells(cell: str, shown: str) -> None:
    assert escape_formula(cell) == shown
