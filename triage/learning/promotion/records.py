"""Decisions in ops/promotions, and carrying them out: alias, tags and run.

A decision's row is written first, and is what counts. Then the alias moves, and last the registered model's tag
`promotion_id` names the decision as carried out. Each of these steps may be repeated. So a process killed before the
row has decided nothing: the champion is the old one. Killed after it, the next start finds a latest decision that the
tag does not name, and carries it out. There is no moment at which half a decision counts.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from triage.config import Settings
from triage.labelling.registry.decisions import GATE, DecisionLog
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.trial import end_trial
from triage.lake.store import Store
from triage.lake.tables import PROMOTIONS
from triage.learning.promotion.verdict import Verdict

Row = Mapping[str, Any]
"""A row of ops/promotions."""

GO_LIVE = ("promoted", "overridden")
"""Decisions that make the version the champion."""

BY_GATE = (*GO_LIVE, "refused", "awaits_approval")
"""Decisions that are carried out here; others are carried out by who writes them."""


def decision_row(verdict: Verdict) -> dict[str, Any]:
    """The row of a verdict."""
    return promotion_row(
        (verdict.model, verdict.version),
        verdict.champion,
        verdict.decision,
        verdict.decided_by,
        " ".join(verdict.sentences),
        verdict.evidence(),
    )


def promotion_row(
    version: tuple[str, str],
    champion: str | None,
    decision: str,
    by: str,
    reason: str,
    evidence: str,
    promotion_id: str | None = None,
) -> dict[str, Any]:
    """A row of ops/promotions, decided now, on a name and version; `promotion_id` is made where none is given."""
    name, number = version
    return {
        "promotion_id": promotion_id or f"{name}-{number}-{uuid.uuid4().hex[:12]}",
        "decided_at": datetime.now(UTC),
        "model": name,
        "version": number,
        "champion": champion,
        "decision": decision,
        "decided_by": by,
        "reason": reason,
        "evidence": evidence,
    }


def read_decisions(store: Store, **among: Iterable[str]) -> list[dict[str, Any]]:
    """The rows that hold one of the given values in each of the named columns, the oldest first."""
    if not store.exists(PROMOTIONS):
        return []
    chosen = {name: list(values) for name, values in among.items()}
    rows = store.rows(PROMOTIONS, PROMOTIONS.column_names, **chosen)
    return sorted(rows, key=lambda row: (row["decided_at"], row["promotion_id"]))


def write_decision(store: Store, settings: Settings, row: dict[str, Any]) -> None:
    """Writes the decision and carries it out."""
    store.add(PROMOTIONS, [row])
    carry_out(settings, row)


def carry_out(settings: Settings, row: Row) -> None:
    """Does what a row decides: alias, run, tags; may be repeated."""
    name, version, decision = row["model"], row["version"], row["decision"]
    if decision in GO_LIVE:
        registry = ModelRegistry(settings)
        registry.promote(name, version)
        if name == settings.mlflow.registered_model:  # a version on trial was compared with the champion that goes
            end_trial(registry, name)
    log = DecisionLog(settings)
    tags = {GATE: decision, "gate_by": row["decided_by"], "gate_reason": row["reason"]}
    title = f"{decision} {name} version {version}"
    log.log_run(row["promotion_id"], title, tags, metrics_of(row["evidence"]), row["evidence"])
    log.tag(name, version, tags)
    log.settle(name, row["promotion_id"])


def finish_promotions(settings: Settings, store: Store) -> list[str]:
    """Carries out the latest decision on each model where a killed process did not; those versions, in words.

    A model whose latest decision is of another kind, such as a rollback, is left as it is.
    """
    latest = {row["model"]: row for row in read_decisions(store)}
    finished = []
    for name, row in latest.items():
        if row["decision"] in BY_GATE and DecisionLog(settings).is_open(name, row["promotion_id"]):
            carry_out(settings, row)
            finished.append(f"{name} version {row['version']}")
    return finished


def metrics_of(evidence: str) -> dict[str, float]:
    """The main figures of a decision's evidence by name, for MLflow."""
    found = json.loads(evidence)
    first, comparison = found.get("first"), found.get("comparison")
    if first:
        return {"macro_f1": first["macro_f1"], "majority_macro_f1": first["majority_macro_f1"]}
    return _compared(comparison) if comparison else {}


def _compared(comparison: Mapping[str, Any]) -> dict[str, float]:
    one = comparison["overall"]
    figures = {
        "macro_f1": one["challenger"],
        "champion_macro_f1": one["champion"],
        "gain": one["gain"]["value"],
        "gain_low": one["gain"]["low"],
        "gain_high": one["gain"]["high"],
        "rows": one["rows"],
        "rows_needed": one["rows_needed"],
        "worse_slices": sum(part["worse"] for part in comparison["slices"]),
        **{f"{head['head']}.mcnemar_p": head["mcnemar_p"] for head in one["heads"]},
    }
    return {key: float(value) for key, value in figures.items() if value is not None}
