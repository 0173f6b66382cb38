"""Accounts of nights without Spark: a lake's own metrics tables, and mails of which only the profile is made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import numpy as np
import pytest

from tests.monitoring.drift.population import USUAL
from triage.config import Settings
from triage.lake.store import Store
from triage.lake.tables import MEASURES, Table
from triage.monitoring.alerts.rules.load import AlertRules, load_alert_rules
from triage.monitoring.facts import facts_of
from triage.pipeline.account import account as account_module
from triage.pipeline.account import publish
from triage.pipeline.account.account import account
from triage.pipeline.account.counts import Counts, RunTables
from triage.pipeline.account.profiled import Profiled
from triage.pipeline.account.results import RunFacts, RunSummary
from triage.privacy.pseudonyms.keys import keys_from_secret

MAILS = 500


def no_spark() -> NoReturn:
    raise AssertionError("Spark was started")


def rows_of(store: Store, table: Table, *columns: str) -> list[Any]:
    """Values of the columns, sorted."""
    return sorted(tuple(row[name] for name in columns) for row in store.rows(table, columns))


@dataclass
class Nights:
    """Accounts one after the other, a day apart; without stages, pages and MLflow."""

    settings: Settings
    patch: pytest.MonkeyPatch
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of RunFacts."""

    def __post_init__(self) -> None:
        self.store = Store(no_spark, self.settings.lake.root)
        self.rules: AlertRules = load_alert_rules(self.settings)
        none: Any = None
        tables = RunTables(none, none, none, none, none, quality=[])
        self.patch.setattr(account_module, "tables_of", lambda *_: tables)
        self.patch.setattr(account_module, "counts_of", lambda *_: Counts(MAILS, MAILS, MAILS, 0))
        for name, result in (("record_run", None), ("_write_page", None), ("_write_index", {})):
            self.patch.setattr(publish, name, lambda *_, result=result: result)

    def night(self, batch: int, broken: Profiled | None = None) -> RunSummary:
        """The account of a batch, of which every mail is published; `broken` instead of the profile of usual mail."""
        known = USUAL.run(MAILS, np.random.default_rng(batch))

        def profiled(_: object, __: object, at: datetime, ___: object) -> Profiled:
            return broken or Profiled(known, known, facts_of(known, at))

        self.patch.setattr(account_module, "profile_run", profiled)
        return account(self.facts(batch), range(batch, batch + 1))

    def facts(self, batch: int) -> RunFacts:
        return RunFacts(
            settings=self.settings,
            store=self.store,
            started_at=datetime.now(UTC) - timedelta(days=30 - batch),
            stage_seconds={"anonymize": 4.0},
            model_version="1",
            model_alerts=(),
            policy_version="p",
            rules_version="r",
            keys=keys_from_secret(b"k" * 32),
            alert_rules=self.rules,
            **self.changes,
        )

    def failed(self, run_id: str) -> dict[str, float]:
        """Slices of `metric_failed` that a run measured, of those that failed."""
        found = self.store.rows(MEASURES, ("slice", "value"), run_id=[run_id], metric=["metric_failed"])
        return {row["slice"]: row["value"] for row in found if row["value"]}
