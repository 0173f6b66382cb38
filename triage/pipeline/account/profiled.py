"""The profile of a run, or as much of it as the gate and the balance need where it cannot be built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.monitoring.facts import ReportFacts, facts_of
from triage.monitoring.profiles.collect import profile_of
from triage.monitoring.profiles.distributions import Counts as Distribution
from triage.monitoring.profiles.observations import observations
from triage.monitoring.profiles.profile import RUN, Profile, Slice
from triage.pipeline.account.counts import Counts, RunTables
from triage.pipeline.account.soft import softly


@dataclass(frozen=True, slots=True)
class Profiled:
    """The profile that is known of a run, and the facts read from it.

    `whole` is None where it could not be built; `known` then has the counts of mails and the reasons in quarantine.
    """

    whole: Profile | None
    known: Profile
    facts: ReportFacts


def profile_run(
    tables: RunTables, counts: Counts, routed_at: datetime, source_names: Callable[[], DataFrame]
) -> Profiled:
    """The profile of the mails of `tables`; `source_names` gives what its sources are called.

    A fault of one feature must fail no run: the reasons, by which the exit code goes, are then counted on their own.
    """
    whole: Profiled | None = softly(
        "The profile of this run could not be built", lambda: _built(tables, routed_at, source_names()), None
    )
    if whole is not None:
        return whole
    found = tables.quarantine.select(f.explode("reasons").alias("reason")).groupBy("reason").count().collect()
    reasons = {"reason": Distribution.of({row[0]: row[1] for row in found})}
    known = Profile({RUN: Slice(counts.published + counts.replayed, counts.quarantined, reasons)})
    return Profiled(None, known, ReportFacts(reasons=facts_of(known, routed_at).reasons))


def _built(tables: RunTables, routed_at: datetime, names: DataFrame) -> Profiled:
    seen = observations(tables.silver, tables.quarantine, tables.labels, tables.routes, tables.ledger, names)
    profile = profile_of(seen, routed_at)
    return Profiled(profile, profile, facts_of(profile, routed_at))
