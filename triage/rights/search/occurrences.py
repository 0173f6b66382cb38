"""Where terms and tokens occur: in the sealed bytes of mails, in names inside archives, behind tokens, and in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyspark.sql import types as t

from triage.lake.tables import PSEUDONYMS, RAW_MAIL
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.privacy.pseudonyms.token_vault import unseal_entry
from triage.rights.engine.base import Engine, Scan
from triage.rights.rows import TEXT_TABLES, Rows
from triage.rights.search.persons import Owners
from triage.rights.search.scanner import Term, path_words, scanner_of

OWNERS_COLUMN = t.StructField("owners", t.ArrayType(t.IntegerType()))


def mails_with_terms(terms: Sequence[Term], engine: Engine, keys: Keys) -> Owners:
    """The mails whose bytes hold one of the terms, each with the owners of these."""
    raw = Scan(RAW_MAIL, ("mail_key", "sealed"), present=("sealed",))
    return _with_terms(terms, engine, raw, lambda row: unseal(row["sealed"], row["mail_key"].encode(), keys))


def members_with_terms(terms: Sequence[Term], engine: Engine, keys: Keys) -> Owners:
    """The mails whose name inside an archive holds one of the terms, each with the owners of these."""
    raw = Scan(RAW_MAIL, ("mail_key", "sealed_member"), present=("sealed_member",))

    def content(row: dict[str, Any]) -> bytes:
        return path_words(unseal(row["sealed_member"], row["mail_key"].encode(), keys))

    return _with_terms(terms, engine, raw, content)


def tokens_with_terms(terms: Sequence[Term], engine: Engine, keys: Keys) -> Owners:
    """The tokens whose value or spelling holds one of the terms, each with the owners of these."""

    def content(row: dict[str, Any]) -> bytes:
        return "\n".join(unseal_entry(row["sealed"], row["token"], keys)).encode("utf-8", "surrogatepass")

    return _with_terms(terms, engine, Scan(PSEUDONYMS, ("token", "sealed")), content)


def _with_terms(
    terms: Sequence[Term], engine: Engine, sealed: Scan, content: Callable[[dict[str, Any]], bytes]
) -> Owners:
    """By the first column of the rows: the owners of the terms that occur in the content of each."""
    if not terms:
        return {}
    key = sealed.columns[0]

    def search(rows: Rows) -> Iterator[dict[str, Any]]:
        scanner = scanner_of(tuple(terms))
        for row in rows:
            owners = {term.owner for term in scanner.find(content(row))}
            if owners:
                yield {key: row[key], "owners": sorted(owners)}

    schema = t.StructType([t.StructField(key, t.StringType()), OWNERS_COLUMN])
    found = engine.through(sealed, search, schema)
    owners = {row[key]: set(row["owners"]) for row in found.rows(key, "owners")}
    found.close()
    return owners


def mails_with_tokens(tokens: Owners, engine: Engine) -> Owners:
    """The mails in whose text one of the tokens occurs, each with the owners of these.

    A mail that a person corrected is not that person's.
    """
    mails: Owners = {}
    for mail_key, token in engine.pairs(TEXT_TABLES, tokens.keys()):
        mails.setdefault(mail_key, set()).update(tokens[token])
    return mails
