"""A rotation: a new key takes the place of the old one in the whole lake; what joined before joins after."""

from __future__ import annotations

from collections.abc import Callable

from pyspark import StorageLevel
from pyspark.sql import DataFrame

from triage.config import Settings
from triage.errors import ConfigError, KeyMaterialError
from triage.lake.locks import lake_lock
from triage.lake.review_journal import closed_journal
from triage.lake.store import Store
from triage.lake.tables import DATA_KEYS, LAKE_KEYS, LEDGER, PSEUDONYMS, TABLES, Table
from triage.paths import delete_whole
from triage.privacy.pseudonyms.data_keys import rewrap, with_data_keys
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.lake_key import lake_key, sealed_row
from triage.privacy.pseudonyms.tokens import KEY_DIGITS
from triage.rights.erasure.certificate.signing import hand_over, was_handed_over
from triage.rights.holds.policy import load_holds
from triage.rights.open_lake import Opener, OpenLake, require_erasable_lake
from triage.rights.rotation.rewrite import new_file_keys, rekey_files, retoken, retoken_vault
from triage.rights.rows import TOKEN_TABLES

FILE_TABLES = tuple(table for table in TABLES if "file_key" in table.column_names and table is not LEDGER)
"""The tables whose rows name an export file; the ledger, which leads to the new names, is rewritten after them."""


def rotate(settings: Settings, new: Keys, open_lake: Opener) -> int:
    """Rewrites all tokens, seals and file keys of the lake for the keys `new`; returns how many tables it rewrote.

    Each table is rewritten in one version. A killed rotation is started again with the same two keys; until it
    has ended, every other job refuses the lake. Old versions are cleared. Raises ConfigError where the new key
    is the old one or looks like it in tokens, or where legal holds name tokens, KeyMaterialError where the old key
    is not the lake's, TransientError while a review page serves the lake or its journal has answers.
    """
    require_erasable_lake(settings)
    lake = open_lake()
    _validate_new_key(settings, lake.keys, new)
    with lake_lock(settings.lake.root), closed_journal(settings.lake.root):
        lake.start_spark()
        delete_whole(settings.learning_findings)  # it names people by tokens of the old key
        if _sealing_keys(lake.store) == {new.key_id}:
            _finish_again(lake, new)
            return 0
        _begin(lake, new)
        return _carry_out(lake, new)


def _validate_new_key(settings: Settings, old: Keys, new: Keys) -> None:
    if new.key_id[:KEY_DIGITS] == old.key_id[:KEY_DIGITS]:
        raise ConfigError(
            "The new key is the old one, or its tokens would look like the old one's.",
            where="--new-key",
            remedy="Give another.",
        )
    if any(hold.tokens for hold in load_holds(settings)):
        raise ConfigError(
            "A legal hold names tokens, which would end with the old key.",
            where="privacy.legal_holds",
            remedy="Name the address by address_sha256 instead, or mails by mail_keys.",
        )


def _begin(lake: OpenLake, new: Keys) -> None:
    """Finishes what a killed run left, then marks the lake: from now to the end both keys seal the lake's own.

    Two rows in vault/keys close the lake to all other jobs, so no row under the old key can be written meanwhile.
    """
    sealing = _sealing_keys(lake.store)
    if sealing - {lake.keys.key_id, new.key_id} and len(sealing) > 1:
        raise ConfigError(
            "A rotation between other keys has not ended.",
            where=lake.settings.lake.root,
            remedy="Start it again with its two keys first.",
        )
    if len(sealing) < 2:
        lake.resume()
        secret = lake_key(lake.store, lake.keys)
        lake.store.add(LAKE_KEYS, [sealed_row(secret, new)])


def _sealing_keys(store: Store) -> set[str]:
    return {row["key_id"] for row in store.rows(LAKE_KEYS, ("key_id",))}


def _carry_out(lake: OpenLake, new: Keys) -> int:
    """Rewrites the tables in an order in which a repeated rotation still finds what it needs.

    Tokens are rewritten before vault/pseudonyms, which leads from an old token to its value; tables that name files
    before the ledger, which leads from an old file key to the path. What is rewritten already stays as it is.
    """
    store = lake.store
    old, new = with_data_keys(lake.keys, store, new), with_data_keys(new, store, lake.keys)
    files = new_file_keys(store, old, new).persist(StorageLevel.MEMORY_AND_DISK)
    files.count()  # what is damaged is found before a table is rewritten
    steps: list[tuple[Table, Callable[[], DataFrame]]] = [
        *((table, lambda table=table: retoken(table, store, old, new)) for table in TOKEN_TABLES),
        *((table, lambda table=table: rekey_files(table, files, store, old, new)) for table in FILE_TABLES),
        (PSEUDONYMS, lambda: retoken_vault(store, old, new)),
        (LEDGER, lambda: rekey_files(LEDGER, files, store, old, new)),
    ]
    done = 0
    for table, rewritten in steps:
        if store.exists(table):
            with lake.stage("rewrite", table.name), store.alone(table):
                store.overwrite(table, rewritten())
                store.clear_history(table)
                done += 1
    files.unpersist()
    with lake.stage("rewrite", DATA_KEYS.name), store.alone(DATA_KEYS):
        rewrap(store, old, new)
    hand_over(lake.settings.certificates_folder, old, new)
    _finish(store, old, new)
    return done


def _finish(store: Store, old: Keys, new: Keys) -> None:
    """Opens the lake to the new key only.

    The old key's certificates were handed over before, or none could check them.
    """
    secret = lake_key(store, old)
    values = [tuple(sealed_row(secret, new).values())]
    store.overwrite(LAKE_KEYS, store.spark.createDataFrame(values, LAKE_KEYS.schema, verifySchema=False))
    store.clear_history(LAKE_KEYS)


def _finish_again(lake: OpenLake, new: Keys) -> None:
    """Finishes a rotation that was killed when only the old version of vault/keys was left to clear.

    Raises KeyMaterialError where it had begun with another key than the settings'.
    """
    lake_key(lake.store, new)
    if not was_handed_over(lake.settings.certificates_folder, lake.keys, new):
        raise KeyMaterialError(
            "The lake is under the new key already, and the old one was another.",
            where=lake.settings.lake.root,
            remedy="Give the new key by TRIAGE_KEY or privacy.key_file from now on.",
        )
    hand_over(lake.settings.certificates_folder, lake.keys, new)
    lake.store.clear_history(LAKE_KEYS)
