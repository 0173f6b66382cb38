"""Where terms and tokens occur: in the sealed bytes of mails, in names inside archives, behind tokens, and in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import PSEUDONYMS, RAW_MAIL
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.rights.rows import TEXT_TABLES, Rows, in_workers, tokens_in_rows
from triage.rights.search.persons import Owners
from triage.rights.search.scanner import Scanner, Term, path_words

OWNERS_COLUMN = t.StructField("owners", t.ArrayType(t.IntegerType()))


def mails_with_terms(terms: Sequence[Term], store: Store, keys: Keys) -> Owners:
    """The mails whose bytes hold one of the terms, each with the owners of these."""
    raw = store.read(RAW_MAIL).where("sealed IS NOT NULL").select("mail_key", "sealed")
    return _with_terms(terms, raw, lambda row: unseal(row["sealed"], row["mail_key"].encode(), keys))


def members_with_terms(terms: Sequence[Term], store: Store, keys: Keys) -> Owners:
    """The mails whose name inside an archive holds one of the terms, each with the owners of these."""
    raw = store.read(RAW_MAIL).where("sealed_member IS NOT NULL").select("mail_key", "sealed_member")
    return _with_terms(terms, raw, lambda row: path_words(unseal(row["sealed_member"], row["mail_key"].encode(), keys)))


def tokens_with_terms(terms: Sequence[Term], store: Store, keys: Keys) -> Owners:
    """The tokens whose value or spelling holds one of the terms, each with the owners of these."""

    def content(row: dict[str, Any]) -> bytes:
        return "\n".join(unseal_entry(row["sealed"], row["token"], keys)).encode("utf-8", "surrogatepass")

    return _with_terms(terms, store.read(PSEUDONYMS).select("token", "sealed"), content)


def _with_terms(terms: Sequence[Term], sealed: DataFrame, content: Callable[[dict[str, Any]], bytes]) -> Owners:
    """By the first column of the rows: the owners of the terms that occur in the content of each."""
    if not terms:
        return {}
    key = sealed.columns[0]

    def search(rows: Rows) -> Iterator[dict[str, Any]]:
        scanner = Scanner(terms)
        for row in rows:
            owners = {term.owner for term in scanner.find(content(row))}
            if owners:
                yield {key: row[key], "owners": sorted(owners)}

    schema = t.StructType([t.StructField(key, t.StringType()), OWNERS_COLUMN])
    return {row[key]: set(row.owners) for row in in_workers(sealed, search, schema).collect()}


def mails_with_tokens(tokens: Owners, store: Store) -> Owners:
    """The mails in whose text one of the tokens occurs, each with the owners of these.

    A mail that a person corrected is not that person's.
    """
    wanted = f.broadcast(keys_frame(tokens, store, "token"))
    mails: Owners = {}
    for row in tokens_in_rows(store, TEXT_TABLES).join(wanted, "token").collect():
        mails.setdefault(row.mail_key, set()).update(tokens[row.token])
    return mails
