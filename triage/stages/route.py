"""The stage route: `silver/mail` and `gold/labels` to `gold/routes`."""

from __future__ import annotations

from triage.lake.store import Store
from triage.lake.tables import LABELS, ROUTES, SILVER_MAIL
from triage.routing.route import route
from triage.routing.rules import Rules


def route_batch(batch_id: int, store: Store, rules: Rules) -> None:
    """Sends the batch's published mails to their queues."""
    routes = route(store.batch(SILVER_MAIL, batch_id), store.batch(LABELS, batch_id), rules)
    store.append(ROUTES, routes, batch_id)
