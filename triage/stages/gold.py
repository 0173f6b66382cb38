"""`silver/mail` to `gold/labels`, and both to `gold/routes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.lake.store import Store
from triage.lake.tables import LABELS, ROUTES, SILVER_MAIL
from triage.routing.route import route
from triage.routing.rules import Rules

if TYPE_CHECKING:
    from triage.labelling.models import Champion


def label_batch(batch_id: int, store: Store, champion: Champion) -> None:
    """Labels the batch's published mails."""
    from triage.labelling.serving.inference import label  # with pyspark.ml and pandas

    store.append(LABELS, label(store.batch(SILVER_MAIL, batch_id), champion), batch_id)


def route_batch(batch_id: int, store: Store, rules: Rules) -> None:
    """Sends the batch's published mails to their queues."""
    routes = route(store.batch(SILVER_MAIL, batch_id), store.batch(LABELS, batch_id), rules)
    store.append(ROUTES, routes, batch_id)
