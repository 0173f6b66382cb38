"""What tables of the metrics layer share: columns, joins, and the jobs that make runs."""

from __future__ import annotations

from triage.lake.tables.schema import TEXT, TIME, Column, Join

RUN_JOBS = ("jobs/nightly.py", "jobs/replay.py")
"""The jobs that account for what they did as a run."""

RUN_ID = Column("run_id", TEXT, "name of the run", required=True, example="batches-000029-000029")
STARTED_AT = Column("started_at", TIME, "when the run started", required=True)

_BY = "kind of slice: run (all mails), source, language, queue, head and others"
BY = Column("by", TEXT, _BY, required=True, example="language")
SLICE = Column("slice", TEXT, "the slice, such as de; empty for all mails", required=True, example="de")

OF_ITS_OWN = "the measure's own"
"""The unit of a value whose column holds values of many measures."""

OF_RUN = Join("metrics.runs", ("run_id",))
OF_PROFILE = Join("metrics.profiles", ("run_id", "by", "slice"))
