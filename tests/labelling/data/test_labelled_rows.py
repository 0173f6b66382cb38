"""Labelled files as people have them, and each way in which they are unusable."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from triage.errors import ConfigError
from triage.labelling.data.labelled_rows import LabelledFile, read_checked, read_labelled
from triage.labelling.data.record_files import RecordFile


def _file(path: Path, text: str = "subject,body", label: str = "topic") -> LabelledFile:
    return LabelledFile(path, "topic", label, tuple(text.split(",")))


def test_csv_rows_keep_their_number_and_quoted_line_breaks(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv.gz"
    path.write_bytes(gzip.compress('topic,subject,body\na,Hi,"one\ntwo"\n,No label,three\n'.encode("utf-8-sig")))
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
        pytest.param("a.csv", bytes(range(32)) * 99 + b"\xff" * 99, "binary", id="binary"),
        pytest.param("a.csv", b"\xff\xfet\x00\x00\xd8", "UTF-16 but is not", id="broken UTF-16"),
        pytest.param("a.csv.gz", b"topic", "broken or cut off", id="no gzip"),
        pytest.param("a.csv.gz", gzip.compress(b"topic,subject,body\n" * 99)[:-9], "broken or cut off", id="cut gzip"),
        pytest.param("a.jsonl", b'{"topic": 1', "no valid JSON", id="broken JSON"),
        pytest.param("a.jsonl", b"[1]\n", "no JSON object", id="no object"),
        pytest.param(
            "a.jsonl", b'{"topic": ["a", "b"], "subject": "", "body": ""}', "no single value", id="two labels"
        ),
        pytest.param("a.xlsx", b"", "kind of file", id="kind"),
    ],
)
def test_an_unusable_file_is_told(spark: SparkSession, tmp_path: Path, name: str, content: bytes, said: str) -> None:
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


def test_a_label_is_no_text() -> None:
    with pytest.raises(ConfigError, match="read off the text"):
        LabelledFile(Path("x.csv"), "topic", "topic", ("body", "topic"))


GOOD = "topic,subject,body\na,Grüße,Ümläute überall\nb,Preis,5 € für Öl\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(GOOD.encode("utf-16"), id="UTF-16"),
        pytest.param(GOOD.encode("utf-16-le"), id="UTF-16 without its mark"),
        pytest.param(GOOD.encode("cp1252"), id="Windows-1252"),
        pytest.param(GOOD.encode().replace("Grüße".encode(), "Grüße".encode("latin-1")), id="one value in Latin-1"),
        pytest.param(GOOD.replace("Grüße", "GrÃ¼ÃŸe").encode(), id="encoded twice"),
        pytest.param(
            b"topic,subject,body\n" + "a,Grüße,Ümläute überall\n".encode("utf-16-le") + "b,Preis,5 € für Öl\n".encode(),
            id="a row in UTF-16",
        ),
    ],
)
def test_other_encodings_are_read(spark: SparkSession, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    rows = read_labelled(spark, _file(tmp_path / "a.csv")).orderBy("row").collect()
    assert [(r.labels["topic"], r.subject, r.body) for r in rows] == [
        ("a", "Grüße", "Ümläute überall"),
        ("b", "Preis", "5 € für Öl"),
    ]


def test_what_was_put_right_and_left_out_is_counted(spark: SparkSession, tmp_path: Path) -> None:
    lines = [f"{label},{label} text {n}".encode() for n, label in enumerate("aabb")]
    lines += [b"a,f\xfcr", "b,fÃ¼r".encode(), b"c,cooking", b"a,"]
    (tmp_path / "a.csv").write_bytes(b"topic,body\n" + b"\n".join(lines))
    rows, report = read_checked(spark, _file(tmp_path / "a.csv", "body"), ("a", "b"))
    assert (report.rows, report.used) == (8, 4)
    assert report.dropped == {"unknown label": 1, "empty text": 1, "same text with different labels": 2}
    assert set(report.repaired.values()) == {1} and len(report.repaired) == 2
    assert [row.labels for row in rows.orderBy("row").collect()] == [{"topic": x} for x in "aabb"] + [{}] * 4


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.csv", 'topic,body\na; b,x\n,y\nb|c,z\n"[""a"",""b""]",w\n', id="CSV"),
        pytest.param(
            "a.jsonl",
            '{"topic":["a","b"],"body":"x"}\n{"topic":[],"body":"y"}\n{"topic":"b;c;b","body":"z"}\n'
            '{"topic":["a","b"],"body":"w"}',
            id="JSONL",
        ),
    ],
)
def test_several_labels_a_row(spark: SparkSession, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    file = LabelledFile(tmp_path / name, "topic", "topic", ("body",), multi=True)
    found = read_labelled(spark, file)
    assert found.columns == ["row", "labels", "body", "label_sets"]
    sets = [row.label_sets for row in found.orderBy("row").collect()]
    assert sets == [{"topic": ["a", "b"]}, {}, {"topic": ["b", "c"]}, {"topic": ["a", "b"]}]


def test_times_and_threads_are_read_where_columns_are_called_so(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        'topic,body,Date,thread\na,x,"Tue, 02 Jan 2024 10:00:00 +0100",t1\nb,y,2024-01-03T09:00:00Z,\nb,z,soon,t1\n'
    )
    rows = read_labelled(spark, _file(tmp_path / "a.csv", "body")).orderBy("row").collect()
    assert [row.thread_token for row in rows] == ["t1", None, "t1"]
    assert [row.sent_at and row.sent_at.astimezone(UTC) for row in rows] == [
        datetime(2024, 1, 2, 9, tzinfo=UTC),
        datetime(2024, 1, 3, 9, tzinfo=UTC),
        None,
    ]


def test_a_file_without_a_first_line_of_names_shows_nothing_of_its_rows(spark: SparkSession, tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("Dear Anna,billing\nDear Ben,hr\n", encoding="utf-8")
    with pytest.raises(ConfigError) as fault:
        read_labelled(spark, LabelledFile(file, "topic", "label", ("body",)))
    assert "Anna" not in str(fault.value)
    assert "2 columns" in str(fault.value)


def test_rows_in_memory_are_read_as_those_of_a_file(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"subject": "a", "body": "b", "topic": "x"}\n{"subject": "c", "body": null, "topic": "y"}\n', "utf-8"
    )
    records = ({"subject": "a", "body": "b", "topic": "x"}, {"subject": "c", "body": None, "topic": "y"})
    read = _file(path)
    held = replace(read, path=Path("rows"), content=RecordFile(records, {}))
    assert read_labelled(spark, held).collect() == read_labelled(spark, read).collect()
    assert held.digest == replace(held, path=Path("other")).digest != read.digest
