"""The stage label: `silver/mail` to `gold/labels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.lake.store import Store
from triage.lake.tables import LABELS, SILVER_MAIL

if TYPE_CHECKING:
    from triage.labelling.models import Champion


def label_batch(batch_id: int, store: Store, champion: Champion) -> None:
    """Labels the batch's published mails."""
    from triage.labelling.serving.inference import label  # with pyspark.ml and pandas

    store.append(LABELS, label(store.batch(SILVER_MAIL, batch_id), champion), batch_id)
