"""Data keys of past months that seal no row any more: destroyed, so that no copy of what they sealed ever opens."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.config import RetentionSettings
from triage.lake.store import Store
from triage.lake.tables import DATA_KEYS, LEDGER, PSEUDONYMS, RAW_MAIL
from triage.privacy.pseudonyms.data_keys import destroy, month_of, with_data_keys
from triage.privacy.pseudonyms.keys import Keys


def destroy_unused(retention: RetentionSettings, store: Store, keys: Keys, now: datetime) -> int:
    """Destroys the data keys of months of which no mail's bytes and no value of a token is left; returns how many.

    Only where mails and silver have an age, and only months that are wholly past both: of others rows are left, and to
    look for them would cost a pass over all mails.
    """
    if retention.raw_mail is None or retention.silver is None:
        return 0
    aged = now - timedelta(days=max(retention.raw_mail, retention.silver))
    every = with_data_keys(keys, store).data_keys.values()
    past = {one.month for one in every if one.month < month_of(aged)}
    unused = past - _months_with_rows(past, store) if past else set()
    gone = [one for one in every if one.month in unused]
    if gone:
        with store.alone(DATA_KEYS):
            destroy(gone, store, keys)
    return len(gone)


def _months_with_rows(months: set[str], store: Store) -> set[str]:
    """Those of the months of whose batches a row is left that a data key sealed."""
    planned = {row["batch_id"]: row["planned_at"] for row in store.rows(LEDGER, ("batch_id", "planned_at"))}
    by_batch = {batch_id: month for batch_id, at in planned.items() if (month := month_of(at)) in months}
    found: set[str] = set()
    for table, columns in ((RAW_MAIL, ("sealed", "sealed_member")), (PSEUDONYMS, ("token",))):
        if by_batch and store.exists(table):
            rows = store.rows(table, ("batch_id", *columns), batch_id=list(by_batch))
            found.update(by_batch[row["batch_id"]] for row in rows if any(row[name] is not None for name in columns))
    return found
