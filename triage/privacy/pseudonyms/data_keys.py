"""Data keys: one a month, random and wrapped by the master key, so that a month can be destroyed by its key."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from triage.errors import PrivacyError
from triage.lake.store import Store
from triage.lake.tables import DATA_KEYS, LEDGER
from triage.privacy.pseudonyms.keys import DataKey, Keys
from triage.privacy.pseudonyms.sealing import DATA_KEY_ID_BYTES, seal, unseal

_KEY_BYTES = 64


def with_data_keys(keys: Keys, store: Store, *others: Keys) -> Keys:
    """`keys` with the lake's data keys that they, or `others` during a rotation, have wrapped."""
    rows = store.rows(DATA_KEYS, DATA_KEYS.column_names) if store.exists(DATA_KEYS) else ()
    found = (_unwrapped(row, {one.key_id: one for one in (keys, *others)}) for row in rows)
    return replace(keys, data_keys={one.key_id: one for one in found if one is not None})


def month_of_batch(batch_id: int, store: Store) -> str:
    """The month in which a batch was planned, such as `2026-11`: a repeated stage seals by the same key."""
    planned = [row["planned_at"] for row in store.rows(LEDGER, ("planned_at",), batch_id=[batch_id])]
    return month_of(min(planned, default=datetime.now(UTC)))


def month_of(moment: datetime) -> str:
    """The month of a moment, in UTC."""
    return f"{moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC):%Y-%m}"


def sealing_key(month: str, store: Store, keys: Keys) -> DataKey:
    """The data key of a month, made on first use; the lake's lock must be held for that."""
    known = with_data_keys(keys, store).data_keys.values()
    of_month = sorted((one for one in known if one.month == month), key=lambda one: one.key_id)
    if of_month:
        return of_month[0]
    made = DataKey(secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(DATA_KEY_ID_BYTES), month)
    store.add(DATA_KEYS, [wrapped_row(made, keys)])
    return made


def wrapped_row(data_key: DataKey, keys: Keys) -> dict[str, object]:
    """The row that keeps a data key under the master key."""
    name = data_key.key_id.hex()
    sealed = bytearray(seal(data_key.key, name.encode(), keys))
    return {"data_key_id": name, "month": data_key.month, "key_id": keys.key_id, "sealed": sealed}


def rewrap(store: Store, old: Keys, new: Keys) -> None:
    """Wraps all data keys by the key `new`; what they sealed stays as it is. May be repeated after a kill."""
    if not store.exists(DATA_KEYS):
        return
    every = with_data_keys(new, store, old).data_keys.values()
    if len(every) != store.count(DATA_KEYS):
        raise PrivacyError(
            "A data key is under neither the old nor the new key.",
            where=store.path(DATA_KEYS),
            remedy="Restore vault/data_keys from the backup that the lake is of, and start again.",
        )
    _overwrite([wrapped_row(one, new) for one in every], store)


def destroy(data_keys: Collection[DataKey], store: Store, keys: Keys) -> None:
    """Removes data keys for good, in old versions of their table, too: what they sealed opens never again."""
    kept = [one for one in with_data_keys(keys, store).data_keys.values() if one not in data_keys]
    _overwrite([wrapped_row(one, keys) for one in kept], store)


def _overwrite(rows: list[dict[str, object]], store: Store) -> None:
    store.replace(DATA_KEYS, rows)
    store.clear_history(DATA_KEYS)


def _unwrapped(row: dict[str, object], keys: dict[str, Keys]) -> DataKey | None:
    """None where a key that is not given wraps it."""
    wrapping, name = keys.get(str(row["key_id"])), str(row["data_key_id"])
    if wrapping is None:
        return None
    return DataKey(unseal(bytes(row["sealed"]), name.encode(), wrapping), bytes.fromhex(name), str(row["month"]))  # type: ignore[call-overload]
