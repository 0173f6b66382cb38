"""The stage route: `silver/mail` and `gold/labels` to `gold/routes`."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.lake.store import Store
from triage.lake.tables import LABELS, ROUTES, SILVER_MAIL
from triage.routing.route import route
from triage.routing.rules import Rules


def route_batch(batch_id: int, store: Store, rules: Rules) -> None:
    """Sends the batch's published mails to their queues."""
    silver, labels = store.batch(SILVER_MAIL, batch_id), store.batch(LABELS, batch_id)
    store.append(ROUTES, route(silver, labels, rules, earlier_routes(store, batch_id, rules)), batch_id)


def earlier_routes(store: Store, batch_id: int, rules: Rules) -> DataFrame | None:
    """Routes of the batches before, with what ties them to threads and days; None where the rules ask for neither."""
    if not rules.depends_on_others:
        return None
    silver, routes = (store.read(table).where(f.col("batch_id") < batch_id) for table in (SILVER_MAIL, ROUTES))
    return places(routes, silver)


def places(routes: DataFrame, silver: DataFrame) -> DataFrame:
    """Routes with what ties them to threads and days."""
    placed = routes.select("mail_key", "batch_id", "queue", "team", "moved_from", "moved_by")
    return placed.join(silver.select("mail_key", "thread_token", "received_at"), "mail_key")
