"""Tables as another key would have written them: tokens, seals and file keys.

Each function leaves a row that is under the new key already as it is, so that a rotation may be repeated: tokens
name their key, and a seal of a master key opens with one key only. What a data key sealed stays sealed by it; the
rotation wraps the data keys anew (triage.privacy.pseudonyms.data_keys). `old` and `new` hold all data keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.errors import PrivacyError
from triage.lake.store import Store
from triage.lake.tables import LEDGER, PSEUDONYMS, Privacy, Table
from triage.mail.zones.rows import zone_rows_after
from triage.privacy.pseudonyms.file_tokens import file_token
from triage.privacy.pseudonyms.keys import Keys, keyed_name
from triage.privacy.pseudonyms.sealing import data_key_of, seal, unseal
from triage.privacy.pseudonyms.token_vault import reseal_entry, unseal_entry
from triage.privacy.pseudonyms.tokens import KEY_DIGITS, TOKEN, token_of
from triage.rights.erasure.blanking import ERASED
from triage.rights.rows import Rows, in_workers, table_schema, token_columns, tokens_of
from triage.stages.ingest import thread_key
from triage.stages.plan import file_key

_ENTRIES = t.ArrayType(t.StructType([t.StructField("token", t.StringType()), t.StructField("sealed", t.BinaryType())]))

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
    columns = token_columns(table)
    has_key_id = "key_id" in table.column_names

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            entries = {entry["token"]: entry["sealed"] for entry in row.pop("entries") or ()}
            rewritten = {name: _retokened(row[name], entries, old, new) for name in columns}
            if has_key_id and row["key_id"] == old.key_id:
                rewritten["key_id"] = new.key_id
            if "body_chars" in row and isinstance(rewritten.get("body"), str):
                rewritten["body_chars"] = len(rewritten["body"])
                change = partial(_retokened, entries=entries, old=old, new=new)
                rewritten["zones"] = zone_rows_after(row["zones"], row["body"], change)
            yield row | rewritten

    known = tokens_of(table, store).distinct().join(store.read(PSEUDONYMS).select("token", "sealed"), "token")
    entries = known.groupBy("mail_key").agg(f.collect_list(f.struct("token", "sealed")).cast(_ENTRIES).alias("entries"))
    return in_workers(store.read(table).join(entries, "mail_key", "left"), work, table_schema(table))


def _retokened(value: Any, entries: dict[str, bytes], old: Keys, new: Keys) -> Any:
    if isinstance(value, str):
        return TOKEN.sub(lambda match: _new_token(match[0], match["entity"], match["key"], entries, old, new), value)
    if isinstance(value, list):
        return [_retokened(item, entries, old, new) for item in value]
    if isinstance(value, dict):
        return {name: _retokened(item, entries, old, new) for name, item in value.items()}
    return value


def _new_token(token: str, entity: str, key: str, entries: dict[str, bytes], old: Keys, new: Keys) -> str:
    if key != old.key_id[:KEY_DIGITS]:
        return token
    if token not in entries:
        return token_of(entity, f"\0{token}", new)
    return token_of(entity, unseal_entry(entries[token], token, old).value, new)


def retoken_vault(store: Store, old: Keys, new: Keys) -> DataFrame:
    """vault/pseudonyms under the new key."""

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            if row["key_id"] == old.key_id:
                entry = unseal_entry(row["sealed"], row["token"], old)
                token = token_of(row["entity"], entry.value, new)
                sealed = reseal_entry(entry, token, new, data_key_of(row["sealed"], old))
                row |= {"token": token, "sealed": sealed, "key_id": new.key_id}
            yield row

    rows = store.read(PSEUDONYMS)
    return in_workers(rows, work, table_schema(PSEUDONYMS))


def new_file_keys(store: Store, old: Keys, new: Keys) -> DataFrame:
    """file_key and new_file_key of each file whose ledger rows are still under the old key.

    A file's new key follows from its path. Where an erasure has blanked the path it follows from the old key; of
    a file with both kinds of rows, because it grew after the erasure, those with a path decide.
    """

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            key = row["file_key"]
            try:
                path = unseal(row["sealed_path"], key.encode(), old)
            except PrivacyError:
                unseal(row["sealed_path"], key.encode(), new)  # raises where the row is damaged
                continue
            is_erased = path == ERASED.encode()
            from_path = file_key(path.decode("utf-8", "surrogateescape"), new)
            from_key = keyed_name(b"FILE\0", key.encode(), new)
            yield {
                "file_key": key,
                "is_erased": is_erased,
                "new_file_key": from_key if is_erased else from_path,
            }

    rows = store.read(LEDGER).where("kind = 'file'").select("file_key", "sealed_path")
    each = in_workers(rows, work, _RENAMED).groupBy("file_key")
    best = each.agg(f.min(f.struct("is_erased", "new_file_key")).alias("best"))  # false comes before true
    return best.select("file_key", "best.new_file_key")


def rekey_files(table: Table, files: DataFrame, store: Store, old: Keys, new: Keys) -> DataFrame:
    """A table that names files, with their new keys (`files`, of `new_file_keys`), and its seals under the new key."""
    sealed = [(column.name, column.context) for column in table.columns if column.privacy is Privacy.SEALED]

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            rewritten = dict(row)
            rewritten["file_key"] = rewritten.pop("new_file_key") or row["file_key"]
            if row.get("path"):
                tokens = file_token(row["file_key"]), file_token(rewritten["file_key"])
                rewritten["path"] = row["path"].replace(*tokens)
            for name, context in sealed:
                if row[name] is not None:
                    contexts = row[context].encode(), rewritten[context].encode()
                    rewritten[name] = _resealed(row[name], *contexts, old, new)
            if row.get("thread_key"):
                rewritten["thread_key"] = _new_thread_key(row, old, new)
            yield rewritten

    return in_workers(store.read(table).join(files, "file_key", "left"), work, table_schema(table))


def _new_thread_key(row: dict[str, Any], old: Keys, new: Keys) -> str:
    """From the message's bytes; where these are no longer stored, from the old key, so that threads hold together."""
    if row["sealed"] is None:
        return keyed_name(b"thread\0", row["thread_key"].encode(), new)
    try:
        return thread_key(unseal(row["sealed"], row["mail_key"].encode(), old), row["mail_key"], new)
    except PrivacyError:
        return str(row["thread_key"])


def _resealed(value: bytes, context: bytes, new_context: bytes, old: Keys, new: Keys) -> bytes:
    """A record under the new key; one that a data key sealed for the same context stays as it is."""
    if context == new_context and data_key_of(value, old):
        return value
    try:
        return seal(unseal(value, context, old), new_context, new, data_key_of(value, old))
    except PrivacyError:
        unseal(value, context, new)  # raises where the record is damaged
        return value
