"""Another key takes over a whole lake; what joined before joins after."""

from __future__ import annotations

from collections.abc import Callable

from pyspark import StorageLevel
from pyspark.sql import DataFrame

from triage.config import Settings
from triage.errors import ConfigError, KeyMaterialError
from triage.lake.locks import lake_lock
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import LAKE_KEYS, LEDGER, PSEUDONYMS, TABLES, Table
from triage.pipeline.run import Run
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.lake_key import lake_key, sealed_row
from triage.privacy.pseudonyms.tokens import KEY_DIGITS
from triage.progress import Progress
from triage.rights.erasure.certificate import hand_over, was_handed_over
from triage.rights.erasure.erase import refuse_remote
from triage.rights.holds.policy import load_holds
from triage.rights.rotation.rekey import new_file_keys, rekey_files, retoken, retoken_vault
from triage.rights.search.find import TOKENED
from triage.spark.session import spark_session

FILED = tuple(table for table in TABLES if "file_key" in table.column_names and table is not LEDGER)
"""The tables whose rows name an export file; the ledger, which leads to the new names, is rewritten after them."""


def rotate(settings: Settings, new: Keys, progress: Progress) -> int:
    """Rewrites all tokens, seals and file keys of the lake for the keys `new`; gives how many tables it rewrote.

    Each table is rewritten in one version. A killed rotation is started again with the same two keys; until it
    has ended, every other job refuses the lake. Old versions are removed. Raises ConfigError where the new key
    is the old one, or not told from it by its first digits, or legal holds name tokens, KeyMaterialError where the old key is not the lake's.
    """
    refuse_remote(settings)
    require_lake(Store(lambda: spark_session(settings), settings.lake.root))
    run = Run(settings, progress)
    _refuse_unfit(settings, run.keys, new)
    with lake_lock(settings.lake.root):
        run.start_spark()
        if _sealed_by(run.store) == {new.key_id}:
            _end_again(run, new)
            return 0
        _begin(run, new)
        return _carry_out(run, new)


def _refuse_unfit(settings: Settings, old: Keys, new: Keys) -> None:
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


def _begin(run: Run, new: Keys) -> None:
    """Finishes what a killed run left, then marks the lake: its own key is sealed by both keys for the while."""
    sealed_by = _sealed_by(run.store)
    if sealed_by - {run.keys.key_id, new.key_id} and len(sealed_by) > 1:
        raise ConfigError(
            "A rotation between other keys has not ended.",
            where=run.settings.lake.root,
            remedy="Start it again with its two keys first.",
        )
    if len(sealed_by) < 2:
        run.resume()
        secret = lake_key(run.store, run.keys)
        run.store.add(LAKE_KEYS, [sealed_row(secret, new)])


def _sealed_by(store: Store) -> set[str]:
    return {row["key_id"] for row in store.rows(LAKE_KEYS, ("key_id",))}


def _carry_out(run: Run, new: Keys) -> int:
    store, old = run.store, run.keys
    files = new_file_keys(store, old, new).persist(StorageLevel.MEMORY_AND_DISK)
    files.count()  # what is damaged is found before a table is rewritten
    steps: list[tuple[Table, Callable[[], DataFrame]]] = [
        *((table, lambda table=table: retoken(table, store, old, new)) for table in TOKENED),
        *((table, lambda table=table: rekey_files(table, files, store, old, new)) for table in FILED),
        (PSEUDONYMS, lambda: retoken_vault(store, old, new)),
        (LEDGER, lambda: rekey_files(LEDGER, files, store, old, new)),
    ]
    done = 0
    for table, rewritten in steps:
        if store.exists(table):
            with run.stage("rewrite", table.name):
                store.overwrite(table, rewritten())
                store.clear_history(table)
                done += 1
    files.unpersist()
    hand_over(run.settings.certificates_folder, old, new)
    _end(store, old, new)
    return done


def _end(store: Store, old: Keys, new: Keys) -> None:
    secret = lake_key(store, old)
    values = [tuple(sealed_row(secret, new).values())]
    store.overwrite(LAKE_KEYS, store.spark.createDataFrame(values, LAKE_KEYS.schema, verifySchema=False))
    store.clear_history(LAKE_KEYS)


def _end_again(run: Run, new: Keys) -> None:
    """Ends a rotation that was killed when all but the old version of the lake's own key was done.

    Raises KeyMaterialError where it had begun with another key than the settings'.
    """
    lake_key(run.store, new)
    if not was_handed_over(run.settings.certificates_folder, run.keys, new):
        raise KeyMaterialError(
            "The lake is under the new key already, and the old one was another.",
            where=run.settings.lake.root,
            remedy="Give the new key by TRIAGE_KEY or privacy.key_file from now on.",
        )
    hand_over(run.settings.certificates_folder, run.keys, new)
    run.store.clear_history(LAKE_KEYS)
