"""The stage label: `silver/mail` to `gold/labels`, and to `gold/shadow_labels` while a model is on trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark import StorageLevel
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import LABELS, SHADOW_LABELS, SILVER_MAIL

if TYPE_CHECKING:
    from triage.labelling.models import Champion, Tried


def label_batch(batch_id: int, store: Store, champion: Champion) -> None:
    """Labels the batch's published mails."""
    from triage.labelling.serving.inference import label  # with pyspark.ml and pandas

    if champion.tried and batch_id > champion.tried.after_batch:
        _label_on_trial(batch_id, store, champion, champion.tried)
    else:
        store.append(LABELS, label(store.batch(SILVER_MAIL, batch_id), champion), batch_id)


def _label_on_trial(batch_id: int, store: Store, champion: Champion, tried: Tried) -> None:
    """Both models label every mail; the comparison is stored first, since the labels end the stage."""
    from triage.labelling.serving.trial import decided_labels, label_both, shadow_labels

    mails = store.batch(SILVER_MAIL, batch_id)
    threads = mails.where(f.col("thread_token").isNotNull()).select("thread_token").distinct()
    earlier = store.read(SILVER_MAIL).where(f.col("batch_id") <= tried.after_batch)
    known = earlier.join(f.broadcast(threads), "thread_token", "left_semi")
    both = label_both(mails, known, champion, tried).persist(StorageLevel.DISK_ONLY)
    try:
        store.append(SHADOW_LABELS, shadow_labels(both, tried), batch_id)
        store.append(LABELS, decided_labels(both), batch_id)
    finally:
        both.unpersist()
