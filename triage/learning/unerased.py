"""Adds rows of mails to a shared table, but none of a mail that is being erased."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from triage.lake.store import Store
from triage.lake.tables import ERASURES, Table
from triage.learning.corrections.facts import erased_among
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.lake_key import lake_key

Row = Mapping[str, Any]


def add_unerased(store: Store, table: Table, rows: Sequence[Row], keys: Keys) -> list[Row]:
    """Adds the rows of mails that no erasure lists, and returns them; mails were read minutes ago.

    An erasure lists its mails in ops/erasures before it deletes their rows, under the table's lock, too: what is not
    listed by now will be deleted with the rest.
    """
    with store.alone(table):
        gone = listed_for_erasure({row["mail_key"] for row in rows}, store, keys)
        left = [row for row in rows if row["mail_key"] not in gone]
        if left:
            store.add(table, list(map(dict, left)))
    return left


def listed_for_erasure(mail_keys: Collection[str], store: Store, keys: Keys) -> frozenset[str]:
    """Those of the mails that an erasure removed or has begun to remove.

    Raises KeyMaterialError for another key than the lake's, where anything was erased.
    """
    if not store.exists(ERASURES):  # nor need the lake have a key of its own yet
        return frozenset()
    return erased_among(mail_keys, store, lake_key(store, keys))
