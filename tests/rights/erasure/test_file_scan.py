"""A verification is worth what its scan finds: canaries in every kind of file."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.rights.search.test_scanner import ENCODINGS
from triage.errors import ContractError
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal
from triage.rights.erasure.file_scan import scan_file
from triage.rights.search.scanner import Scanner, Term

CANARY = "zoe.quist@persons.example"
SCANNER = Scanner([Term(CANARY, 0, "address")])
SEALED = {"vault/raw_mail": [("sealed", "mail_key")]}


def parquet(path: Path, data: bytes) -> None:
    rows = [{"n": n, "deep": {"texts": ["x", data.decode("latin-1")], "counts": [{"k": n}]}} for n in range(900)]
    rows[:899] = [{"n": n, "deep": {"texts": ["nothing"], "counts": [{"k": n}]}} for n in range(899)]
    pq.write_table(pa.Table.from_pylist(rows), path, compression="zstd")


def database(path: Path, data: bytes) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE params (key TEXT, value TEXT)")
        connection.execute("INSERT INTO params VALUES ('reason', ?)", (data.decode("latin-1"),))
    connection.close()


def archive(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("inner.txt", b"words " * 99 + data)


def across_chunks(path: Path, data: bytes) -> None:
    path.write_bytes(b" " * (8 * 2**20 - 7) + data + b" " * 99)


KINDS: dict[str, tuple[str, Callable[[Path, bytes], object]]] = {
    "text": ("a.json", lambda path, data: path.write_bytes(b"words " + data + b" words")),
    "parquet": ("a.parquet", parquet),
    "sqlite": ("mlflow.db", database),
    "gzip": ("a.gz", lambda path, data: path.write_bytes(gzip.compress(b"words " * 99 + data))),
    "zip": ("a.npz", archive),
    "between two chunks": ("a.bin", across_chunks),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", [e for e in ENCODINGS if e != "HTML"])
def test_canaries_are_found(tmp_path: Path, keys: Keys, kind: str, encoding: str) -> None:
    name, make = KINDS[kind]
    make(tmp_path / name, ENCODINGS[encoding](CANARY.encode()))
    assert scan_file(tmp_path / name, name, SCANNER, SEALED, keys).terms


def test_sealed_values_are_opened(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "vault" / "raw_mail" / "a.parquet"
    path.parent.mkdir(parents=True)
    sealed = seal(f"From: {CANARY}".encode(), b"key", keys)
    pq.write_table(pa.table({"mail_key": ["key", "none"], "sealed": [sealed, None]}), path)
    scan = scan_file(path, str(path.relative_to(tmp_path)), SCANNER, SEALED, keys)
    assert (len(scan.terms), scan.sealed_values, scan.unreadable) == (1, 1, None)
    assert not scan_file(path, "other/table/a.parquet", SCANNER, SEALED, keys).terms


def test_the_name_of_a_file_is_searched_too(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "x").write_bytes(b"")
    assert scan_file(tmp_path / "x", f"exports/{CANARY}.mbox", SCANNER, {}, keys).terms


def test_what_cannot_be_opened_is_reported(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no parquet")
    assert scan_file(tmp_path / "a.parquet", "a.parquet", SCANNER, {}, keys).unreadable


def cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(b"words " * 999)[:-9])


def flagged(path: Path, offset: int, value: int) -> None:
    """A zip whose member says, in both of its headers, what the reader cannot take."""
    archive(path, b"")
    data = bytearray(path.read_bytes())
    for head, more in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        data[data.index(head) + offset + more] = value
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.gz", cut_gzip),
        ("a.zip", lambda path: flagged(path, 6, 1)),
        ("b.zip", lambda path: flagged(path, 8, 99)),
    ],
    ids=["cut short", "encrypted", "an unknown method"],
)
def test_a_broken_archive_does_not_end_the_scan(
    tmp_path: Path, keys: Keys, name: str, make: Callable[[Path], None]
) -> None:
    make(tmp_path / name)
    assert scan_file(tmp_path / name, name, SCANNER, {}, keys).unreadable


def test_an_error_does_not_repeat_a_name_that_names_a_person(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "vault" / "raw_mail" / f"{CANARY}.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"mail_key": ["key"], "sealed": [b"no seal"]}), path)
    with pytest.raises(ContractError) as fault:
        scan_file(path, str(path.relative_to(tmp_path)), SCANNER, SEALED, keys)
    assert CANARY not in str(fault.value)
