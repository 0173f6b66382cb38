"""Where a person stands: in the sealed bytes of mails, behind tokens, and in the rows that hold these."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.config import LimitSettings
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, RAW_MAIL, SILVER_MAIL, TABLES, Privacy, Table
from triage.mail.parsing.message import parse
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.privacy.pseudonyms.tokens import TOKEN, normalize
from triage.rights.search.scanner import Scanner, Term, path_words
from triage.rights.search.subjects import full_name, is_personal
from triage.spark.arrow import batches, without_values

KEYED = tuple(table for table in TABLES if "mail_key" in table.column_names)
"""The tables whose rows belong to a mail."""
TOKENED = tuple(
    table for table in KEYED if any(column.privacy is Privacy.PSEUDONYM for column in table.columns)
)
"""Those of them that hold tokens."""

Rows = Iterable[dict[str, Any]]
OWNERS = t.StructField("owners", t.ArrayType(t.IntegerType()))
_NAMES = t.StructType([t.StructField("mail_key", t.StringType()), t.StructField("sealed", t.BinaryType())])


def in_workers(rows: DataFrame, work: Callable[[Rows], Rows], schema: t.StructType) -> DataFrame:
    """`rows` through a function of Python rows, spread over all cores; a fault in it tells no value."""

    def through(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        taken = (row for batch in given for row in batch.to_pylist())
        yield from without_values(batches(work(taken), schema))

    return rows.repartition(2 * rows.sparkSession.sparkContext.defaultParallelism).mapInArrow(through, schema)


def mails_naming(terms: Sequence[Term], store: Store, keys: Keys) -> dict[str, set[int]]:
    """The mails whose bytes hold one of the terms, each with the owners of these."""
    raw = store.read(RAW_MAIL).where("sealed IS NOT NULL").select("mail_key", "sealed")
    return _naming(terms, raw, lambda row: unseal(row["sealed"], row["mail_key"].encode(), keys))


def members_naming(terms: Sequence[Term], store: Store, keys: Keys) -> dict[str, set[int]]:
    """The mails whose name inside an archive holds one of the terms, each with the owners of these."""
    raw = store.read(RAW_MAIL).where("sealed_member IS NOT NULL").select("mail_key", "sealed_member")
    return _naming(
        terms, raw, lambda row: path_words(unseal(row["sealed_member"], row["mail_key"].encode(), keys))
    )


def tokens_naming(terms: Sequence[Term], store: Store, keys: Keys) -> dict[str, set[int]]:
    """The tokens whose value holds one of the terms, each with the owners of these."""

    def content(row: dict[str, Any]) -> bytes:
        return "\n".join(unseal_entry(row["sealed"], row["token"], keys)).encode("utf-8", "surrogatepass")

    return _naming(terms, store.read(PSEUDONYMS).select("token", "sealed"), content)


def _naming(
    terms: Sequence[Term], sealed: DataFrame, content: Callable[[dict[str, Any]], bytes]
) -> dict[str, set[int]]:
    """By the first column of the rows: the owners of the terms that stand in the content of each."""
    if not terms:
        return {}
    key = sealed.columns[0]

    def search(rows: Rows) -> Iterator[dict[str, Any]]:
        scanner = Scanner(terms)
        for row in rows:
            owners = {term.owner for term in scanner.find(content(row))}
            if owners:
                yield {key: row[key], "owners": sorted(owners)}

    schema = t.StructType([t.StructField(key, t.StringType()), OWNERS])
    return {row[key]: set(row.owners) for row in in_workers(sealed, search, schema).collect()}


def tokens_in_rows(store: Store) -> DataFrame:
    """mail_key and token: each token that stands in a row of a mail, in any table."""
    found = [tokens_of(table, store) for table in TOKENED if store.exists(table)]
    every = found[0] if found else tokens_of(SILVER_MAIL, store)
    for more in found[1:]:
        every = every.unionByName(more)
    return every.distinct()


def tokens_of(table: Table, store: Store) -> DataFrame:
    """mail_key and token: each token that stands in a row of this table, as often as it does."""
    columns = [column.name for column in table.columns if column.privacy is Privacy.PSEUDONYM]
    text = f.to_json(f.struct(*columns))
    pattern = TOKEN.pattern.replace("?P<", "?<")
    tokens = f.regexp_extract_all(text, f.lit(pattern), f.lit(0))
    return store.read(table).select("mail_key", f.explode(tokens).alias("token"))


def keys_frame(mail_keys: Iterable[str], store: Store, name: str = "mail_key") -> DataFrame:
    """Keys as a frame of one column."""
    schema = t.StructType([t.StructField(name, t.StringType())])
    return store.spark.createDataFrame([(key,) for key in sorted(mail_keys)], schema)


def names_beside(
    addresses: dict[str, int], mail_keys: Iterable[str], limits: LimitSettings, store: Store, keys: Keys
) -> set[tuple[int, str]]:
    """The full names that stand with an address in the headers of these mails, each with the address's owner."""
    named = store.read(RAW_MAIL).where("sealed IS NOT NULL").select("mail_key", "sealed")
    chosen = named.join(f.broadcast(keys_frame(mail_keys, store)), "mail_key", "left_semi")

    def names(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            context = row["mail_key"].encode()
            told = sorted(_names(unseal(row["sealed"], context, keys), addresses, limits))
            if told:
                yield {"mail_key": row["mail_key"], "sealed": seal(json.dumps(told).encode(), context, keys)}

    found = in_workers(chosen, names, _NAMES).collect()
    told = [json.loads(unseal(bytes(row.sealed), row.mail_key.encode(), keys)) for row in found]
    return {(owner, name) for pairs in told for owner, name in pairs}


def _names(data: bytes, addresses: dict[str, int], limits: LimitSettings) -> set[tuple[int, str]]:
    mail = parse(data, limits)
    told = [(mail.sender.address, mail.sender.name)] if mail.sender else []
    told += [(recipient.address, recipient.name) for recipient in mail.recipients]
    pairs = [(normalize("EMAIL_ADDRESS", address), full_name(name)) for address, name in told]
    own = [(addresses[address], name) for address, name in pairs if address in addresses and name]
    return {(owner, name) for owner, name in own if is_personal(name)}


def names_of_others(name_tokens: Iterable[str], address_tokens: Iterable[str], store: Store) -> set[str]:
    """Those of the name tokens that stand beside an address that is none of `address_tokens`."""
    people = f.concat(
        f.array(f.struct("sender.name", "sender.address")),
        f.transform("recipients", lambda r: f.struct(r["name"].alias("name"), r["address"].alias("address"))),
    )
    pairs = store.read(SILVER_MAIL).select(f.inline(people)).distinct()
    wanted = f.broadcast(keys_frame(name_tokens, store, "name"))
    own = f.broadcast(keys_frame(address_tokens, store, "address"))
    beside = pairs.join(wanted, "name", "left_semi").where("address IS NOT NULL AND address <> ''")
    return {
        row["name"] for row in beside.join(own, "address", "left_anti").select("name").distinct().collect()
    }
