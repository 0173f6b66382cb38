"""What the driver's JVM holds of finished work: bounded, so that a long run needs no more memory than a short one.

Spark's own records of it, and the queries that Python made and has left behind.
"""

from __future__ import annotations

import gc

FINISHED_KEPT = 50
"""Finished jobs, stages and SQL queries of which Spark keeps the record: about one batch's."""

_TASKS_KEPT = 1_000
"""Finished tasks of each stage of which Spark keeps the record."""

RETENTION = {
    # Spark keeps these records for its user interface, with the interface off, too. By default it keeps 1,000 of each,
    # those of SQL queries with the text of their plans.
    "spark.ui.retainedJobs": str(FINISHED_KEPT),
    "spark.ui.retainedStages": str(FINISHED_KEPT),
    "spark.ui.retainedTasks": str(_TASKS_KEPT),
    "spark.sql.ui.retainedExecutions": str(FINISHED_KEPT),
}
"""Spark's options that bound its records of finished work."""


def release_unused() -> None:
    """Lets the JVM free the queries that Python no longer uses.

    Py4J tells the JVM that an object is unused when Python frees its own of it. That one is part of a reference cycle
    from its first call on (py4j.java_gateway: `JavaObject._methods` holds members, whose `container` is the object),
    so only Python's collector frees it, and the full collection comes the later the more a process has loaded.
    """
    gc.collect()
