"""Labelled files as people have them, and each way in which they are unusable."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.errors import ConfigError
from triage.labelling.labelled import LabelledFile, read_labelled


def _file(path: Path, text: str = "subject,body", label: str = "topic") -> LabelledFile:
    return LabelledFile(path, "topic", label, tuple(text.split(",")))


def test_csv_rows_keep_their_number_and_quoted_line_breaks(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv.gz"
    path.write_bytes(
        gzip.compress('topic,subject,body\na,Hi,"one\ntwo"\n,No label,three\n'.encode("utf-8-sig"))
    )
    rows = [tuple(row) for row in read_labelled(spark, _file(path)).orderBy("row").collect()]
    assert rows == [(0, {"topic": "a"}, "one\ntwo", "Hi"), (1, {}, "three", "No label")]


def test_jsonl_without_a_subject_is_all_body(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "tickets.jsonl"
    path.write_text('{"topic": 7, "a": "x", "b": null}\n\n{"topic": ["8"], "a": "y", "b": "z"}\n', "utf-8")
    found = read_labelled(spark, _file(path, "a,b"))
    assert found.columns == ["row", "labels", "body"]
    assert [tuple(r) for r in found.orderBy("row").collect()] == [
        (0, {"topic": "7"}, "x\n"),
        (1, {"topic": "8"}, "y\nz"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.csv", b"topic,subject\nx,y\n", "no column body", id="column"),
        pytest.param("a.csv", b"topic,subject,body\nx,y\n", "another number of fields", id="short row"),
        pytest.param("a.csv", b'topic,subject,body\nx,"y"z,w\n', "no valid CSV", id="stray quote"),
        pytest.param("a.csv", b"topic,subject,body\n", "no rows", id="header only"),
        pytest.param("a.csv", b"", "no rows", id="empty"),
        pytest.param("a.csv", b"topic,subject,body\nx,\xff\xfe,w\n", "not UTF-8", id="encoding"),
        pytest.param("a.csv.gz", b"topic", "broken or cut off", id="no gzip"),
        pytest.param(
            "a.csv.gz", gzip.compress(b"topic,subject,body\n" * 99)[:-9], "broken or cut off", id="cut gzip"
        ),
        pytest.param("a.jsonl", b'{"topic": 1', "no valid JSON", id="broken JSON"),
        pytest.param("a.jsonl", b"[1]\n", "no JSON object", id="no object"),
        pytest.param(
            "a.jsonl", b'{"topic": ["a", "b"], "subject": "", "body": ""}', "no single value", id="two labels"
        ),
        pytest.param("a.xlsx", b"", "kind of file", id="kind"),
    ],
)
def test_an_unusable_file_is_told(
    spark: SparkSession, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read_labelled(spark, _file(tmp_path / name))


def test_a_missing_file_is_told(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_labelled(spark, _file(tmp_path / "none.csv"))


@pytest.mark.parametrize("head", ["", "a b", "../x", "x'y"])
def test_a_head_s_name_is_plain(head: str) -> None:
    with pytest.raises(ConfigError, match="name may hold"):
        LabelledFile(Path("x.csv"), head, "topic", ("body",))
