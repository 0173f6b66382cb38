"""Tables and lists that would take memory without end, or lose what is sound beside what is not."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

from triage.config import LimitSettings
from triage.mail.formats import FORMATS, RawMessage
from triage.reasons import Reason

STORED = 2**16


def test_a_row_of_csv_that_does_not_end_is_given_up_and_what_follows_is_read() -> None:
    data = b"subject,body\n" + b'"a\n",' * 20_000 + b'"b"\nhello,text\n'
    tracemalloc.start()
    first: RawMessage | None = None
    last: RawMessage | None = None
    for last in FORMATS["csv"].read(io.BytesIO(data), LimitSettings(stored_bytes=2**12)):
        first = first or last
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20, "one list of all cells takes more"
    assert first is not None and first.fault == Reason.MESSAGE_TOO_LARGE
    assert last is not None and last.fault is None and b"Subject: hello" in last.data


def test_one_large_value_for_all_rows_of_a_table_is_not_held_for_each() -> None:
    value, rows = "x" * 2**20, 300
    body = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([value]))
    file = io.BytesIO()
    pq.write_table(pa.table({"subject": ["s"] * rows, "body": body}), file)
    tracemalloc.start()
    found = [len(one.data) for one in FORMATS["parquet"].read(file, LimitSettings(stored_bytes=4 * 2**20))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == rows and min(found) > 2**20
    assert peak < 40 * 2**20, "all rows at once are 300 MB"


def test_a_row_larger_than_may_be_kept_is_told() -> None:
    file = io.BytesIO()
    pq.write_table(pa.table({"subject": ["small", "large"], "body": ["x", "x" * STORED]}), file)
    found = list(FORMATS["parquet"].read(file, LimitSettings(stored_bytes=STORED)))
    assert [(bool(one.data), one.fault) for one in found] == [(True, None), (False, Reason.MESSAGE_TOO_LARGE)]


def test_a_member_of_a_zip_whose_name_is_no_text_costs_no_other_member() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("a.eml", "ü.eml", "c.eml"):
            archive.writestr(name, f"Subject: {name[0]}\n\ntext")
    broken = file.getvalue().replace("ü".encode(), b"\xff\xff")
    found = list(FORMATS["zip"].read(io.BytesIO(broken), LimitSettings()))
    assert [one.fault for one in found] == [None, Reason.SOURCE_CORRUPT, None]
