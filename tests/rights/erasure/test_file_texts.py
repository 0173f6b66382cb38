"""Every text in a Parquet file is read, however deep it stands."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from triage.rights.erasure.file_scan import _texts

PAIR = pa.struct([("a", pa.string()), ("n", pa.int64())])


@pytest.mark.parametrize(
    ("kind", "values", "found"),
    [
        pytest.param(pa.string(), ["x", None, "x", "ö"], {b"x", "ö".encode()}, id="texts"),
        pytest.param(pa.large_string(), ["x"], {b"x"}, id="large texts"),
        pytest.param(pa.binary(), [b"\xff", None], {b"\xff"}, id="bytes"),
        pytest.param(PAIR, [{"a": "x", "n": 1}, None], {b"x"}, id="structures"),
        pytest.param(pa.list_(PAIR), [[{"a": "x", "n": 1}], None, []], {b"x"}, id="lists of structures"),
        pytest.param(pa.map_(pa.string(), pa.int32()), [[("x", 1)], None], {b"x"}, id="keys of maps"),
        pytest.param(pa.map_(pa.string(), pa.list_(pa.string())), [[("x", ["y"])]], {b"x", b"y"}, id="lists in maps"),
        pytest.param(pa.dictionary(pa.int32(), pa.string()), ["x", "y", "x"], {b"x", b"y"}, id="dictionaries"),
        pytest.param(pa.int64(), [1], set(), id="numbers"),
    ],
)
def test_all_texts_of_an_array(kind: pa.DataType, values: list[Any], found: set[bytes]) -> None:
    assert set(_texts(pa.array(values, kind))) == found
