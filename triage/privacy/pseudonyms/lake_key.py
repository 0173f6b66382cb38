"""The lake's own key, which outlives rotations: keyed hashes of what is gone, and of what was revealed."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.errors import ContractError, KeyMaterialError
from triage.lake.restored import later_lake_key
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LAKE_KEYS
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal, unseal


def lake_key(store: Store, keys: Keys) -> bytes:
    """The 32 bytes of this lake, made on first use; the lake's lock must be held for that.

    Raises KeyMaterialError where it is sealed by another key.
    """
    rows = {row["key_id"]: bytes(row["sealed"]) for row in store.rows(LAKE_KEYS, ("key_id", "sealed"))}
    if keys.key_id in rows:
        return unseal(rows[keys.key_id], keys.key_id.encode(), keys)
    if rows:
        raise KeyMaterialError(
            "The key is not the one that seals this lake's own.",
            where=store.root,
            remedy="Give that key, by TRIAGE_KEY or privacy.key_file.",
        )
    later = later_lake_key(store.root, keys.key_id)
    secret = unseal(later, keys.key_id.encode(), keys) if later else secrets.token_bytes(32)
    store.add(LAKE_KEYS, [sealed_row(secret, keys)])
    return secret


def sealed_row(secret: bytes, keys: Keys) -> dict[str, object]:
    """The row that keeps the lake's key under a key of the operator's."""
    return {"key_id": keys.key_id, "sealed": bytearray(seal(secret, keys.key_id.encode(), keys))}


def require_no_open_rotation(store: Store) -> None:
    """Raises ContractError while a rotation has begun and not ended, since tokens of two keys never match."""
    if store.count(LAKE_KEYS) > 1:
        raise ContractError(
            "A rotation of the key has not ended.",
            where=store.root,
            remedy="Start jobs/rotate.py again with the same two keys; it goes on where it ended.",
        )


def keyed_hash(secret: bytes, kind: str, value: str) -> str:
    """HMAC-SHA256 of a value of one kind, in hex: comparable within the lake, and with nothing else."""
    message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def mail_hash(secret: bytes, mail_key: str) -> str:
    """What remains of an erased mail's key."""
    return keyed_hash(secret, "mail", mail_key)


def with_mail_hash(rows: DataFrame, secret: bytes) -> DataFrame:
    """Rows with the column `mail_hash`."""
    hashed = f.udf(lambda mail_key: mail_hash(secret, mail_key), t.StringType())
    return rows.withColumn("mail_hash", hashed("mail_key"))


def without_erased(rows: DataFrame, store: Store, keys: Keys) -> DataFrame:
    """Rows without the mails that were erased: exported again, they count as known and do not come back."""
    if not store.exists(ERASURES):
        return rows
    gone = store.read(ERASURES).select(f.explode("mail_hashes").alias("mail_hash")).distinct()
    secret = lake_key(store, keys)
    return with_mail_hash(rows, secret).join(gone, "mail_hash", "left_anti").drop("mail_hash")
