"""Every view of the lake, declared once beside the tables; a new one is one declaration and one line here.

Both engines of SQL answer them, the data dictionary lists them, and `jobs/query.py --script` writes them for others.
"""

from __future__ import annotations

from triage.lake.views.answers import ANSWERS, LATE, RESPONSES
from triage.lake.views.labels import ABSTAINED, CORRECTED, LABELLED
from triage.lake.views.queues import BACKLOG, LATE_BY_QUEUE, QUEUE_BY_DAY
from triage.lake.views.runs import COST_BY_RUN, DRIFT_BY_RUN, QUALITY_BY_RUN
from triage.lake.views.threads import THREAD_OVERVIEW
from triage.lake.views.view import Relation, View

__all__ = ["VIEWS", "Relation", "View"]

VIEWS: tuple[View, ...] = (
    ANSWERS,
    RESPONSES,
    LATE,
    QUEUE_BY_DAY,
    LATE_BY_QUEUE,
    BACKLOG,
    LABELLED,
    ABSTAINED,
    CORRECTED,
    THREAD_OVERVIEW,
    DRIFT_BY_RUN,
    QUALITY_BY_RUN,
    COST_BY_RUN,
)
"""All views, each after those that it reads."""
