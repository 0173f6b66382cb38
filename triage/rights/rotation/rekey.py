"""Rows under another key: tokens, seals and file keys anew. A row that already is under the new key stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.errors import PrivacyError
from triage.lake.store import Store
from triage.lake.tables import LEDGER, PSEUDONYMS, Privacy, Table
from triage.privacy.pseudonyms.keys import Keys, keyed_name
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.token_vault import reseal_entry, unseal_entry
from triage.privacy.pseudonyms.tokens import KEY_DIGITS, TOKEN, token_of
from triage.rights.erasure.removal import ERASED
from triage.rights.search.find import Rows, in_workers, tokens_of
from triage.stages.ingest import thread_key
from triage.stages.plan import file_key

_GIVEN = t.ArrayType(
    t.StructType([t.StructField("token", t.StringType()), t.StructField("sealed", t.BinaryType())])
)

_RENAMED = t.StructType(
    [
        t.StructField("file_key", t.StringType()),
        t.StructField("is_erased", t.BooleanType()),
        t.StructField("new_file_key", t.StringType()),
    ]
)


def retoken(table: Table, store: Store, old: Keys, new: Keys) -> DataFrame:
    """A table's rows with each token of the old key replaced by the new key's for the same value.

    A token without a value in the vault (of a lake older than that, or typed in a mail) becomes one that depends on
    it alone, so that what joined still joins.
    """
    columns = [column.name for column in table.columns if column.privacy is Privacy.PSEUDONYM]
    has_key_id = "key_id" in table.column_names

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            given = {g["token"]: g["sealed"] for g in row.pop("given") or ()}
            made = {name: _retokened(row[name], given, old, new) for name in columns}
            if has_key_id and row["key_id"] == old.key_id:
                made["key_id"] = new.key_id
            if "body_chars" in row and isinstance(made.get("body"), str):
                made["body_chars"] = len(made["body"])
            yield row | made

    schema = t.StructType([t.StructField(column.name, column.type) for column in table.columns])
    known = tokens_of(table, store).distinct().join(store.read(PSEUDONYMS).select("token", "sealed"), "token")
    given = known.groupBy("mail_key").agg(
        f.collect_list(f.struct("token", "sealed")).cast(_GIVEN).alias("given")
    )
    return in_workers(store.read(table).join(given, "mail_key", "left"), work, schema)


def _retokened(value: Any, given: dict[str, bytes], old: Keys, new: Keys) -> Any:
    if isinstance(value, str):
        return TOKEN.sub(
            lambda found: _new_token(found[0], found["entity"], found["key"], given, old, new), value
        )
    if isinstance(value, list):
        return [_retokened(item, given, old, new) for item in value]
    if isinstance(value, dict):
        return {name: _retokened(item, given, old, new) for name, item in value.items()}
    return value


def _new_token(token: str, entity: str, key: str, given: dict[str, bytes], old: Keys, new: Keys) -> str:
    if key != old.key_id[:KEY_DIGITS]:
        return token
    if token not in given:
        return token_of(entity, f"\0{token}", new)
    return token_of(entity, unseal_entry(given[token], token, old).value, new)


def retoken_vault(store: Store, old: Keys, new: Keys) -> DataFrame:
    """vault/pseudonyms under the new key."""

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            if row["key_id"] == old.key_id:
                entry = unseal_entry(row["sealed"], row["token"], old)
                token = token_of(row["entity"], entry.value, new)
                row |= {"token": token, "sealed": reseal_entry(entry, token, new), "key_id": new.key_id}
            yield row

    rows = store.read(PSEUDONYMS)
    return in_workers(rows, work, _schema(PSEUDONYMS))


def new_file_keys(store: Store, old: Keys, new: Keys) -> DataFrame:
    """file_key and new_file_key of each file whose ledger rows are still under the old key.

    Of a file whose earlier rows lost their path by an erasure, the later ones decide.
    """

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            key = row["file_key"]
            try:
                path = unseal(row["sealed_path"], key.encode(), old)
            except PrivacyError:
                unseal(row["sealed_path"], key.encode(), new)  # else the row is damaged
                continue
            renamed = _new_file_key(path.decode("utf-8", "surrogateescape"), key, new)
            yield {"file_key": key, "is_erased": path == ERASED.encode(), "new_file_key": renamed}

    rows = store.read(LEDGER).where("kind = 'file'").select("file_key", "sealed_path")
    found = in_workers(rows, work, _RENAMED).groupBy("file_key")
    best = found.agg(f.min(f.struct("is_erased", "new_file_key")).alias("best"))
    return best.select("file_key", "best.new_file_key")


def _new_file_key(path: str, key: str, new: Keys) -> str:
    """A path that was erased is known no more: its key then follows from the old one."""
    if path != ERASED:
        return file_key(path, new)
    return keyed_name(b"FILE\0", key.encode(), new)


def rekey_files(table: Table, files: DataFrame, store: Store, old: Keys, new: Keys) -> DataFrame:
    """A table that names files, with their new keys (of `new_file_keys`) and all that is sealed in it under the new key."""
    sealed = [(column.name, column.context) for column in table.columns if column.privacy is Privacy.SEALED]

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            made = dict(row)
            made["file_key"] = made.pop("new_file_key") or row["file_key"]
            if row.get("path"):
                made["path"] = row["path"].replace(
                    f"<FILE_{row['file_key'][:16]}>", f"<FILE_{made['file_key'][:16]}>"
                )
            for name, context in sealed:
                if row[name] is not None:
                    made[name] = _resealed(row[name], row[context].encode(), made[context].encode(), old, new)
            if row.get("thread_key"):
                made["thread_key"] = _new_thread_key(row, old, new)
            yield made

    return in_workers(store.read(table).join(files, "file_key", "left"), work, _schema(table))


def _new_thread_key(row: dict[str, Any], old: Keys, new: Keys) -> str:
    """From the message's bytes; where these are kept no longer, from the old key, so that threads hold together."""
    if row["sealed"] is None:
        return keyed_name(b"thread\0", row["thread_key"].encode(), new)
    try:
        return thread_key(unseal(row["sealed"], row["mail_key"].encode(), old), row["mail_key"], new)
    except PrivacyError:
        return str(row["thread_key"])


def _resealed(value: bytes, context: bytes, new_context: bytes, old: Keys, new: Keys) -> bytes:
    try:
        return seal(unseal(value, context, old), new_context, new)
    except PrivacyError:
        unseal(value, context, new)  # else the record is damaged
        return value


def _schema(table: Table) -> t.StructType:
    return t.StructType([t.StructField(column.name, column.type) for column in table.columns])
