"""Rollback: an earlier version becomes champion again, and labels and routes what the bad one labelled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.champion import head_model_name
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.registry.trial import end_trial
from triage.lake.locks import lake_lock
from triage.lake.store import Store
from triage.lake.tables import PROMOTIONS
from triage.learning.promotion.decide import reason_of_decision
from triage.learning.promotion.records import GO_LIVE, promotion_row
from triage.learning.relabel.lake import Lake, moment, open_lake, unfinished
from triage.learning.relabel.models import bundle_heads, load_models, require_champion, require_fit
from triage.learning.relabel.run import Relabelled, Tools, work_off
from triage.learning.relabel.work import Relabel, begin, new_id
from triage.monitoring.service.attempts import logged_attempt
from triage.progress import Progress


@dataclass(frozen=True, slots=True)
class RollbackRequest:
    """The version that becomes champion again, of the bundle or of `head`'s own model, and why.

    With `since` only mails received from then on (UTC) are labelled again, else all that the bad version labelled
    since it became champion, whenever they were received.
    """

    version: str
    reason: str
    since: datetime | None = None
    head: str | None = None


def rollback_request(version: str, since: str | None, head: str | None, reason: str) -> RollbackRequest:
    """The request of a command line. Raises ConfigError for a wrong date or an unfit reason."""
    stated = reason_of_decision(reason)
    return RollbackRequest(version, stated, None if since is None else moment(since, "--since"), head)


def rollback(settings: Settings, request: RollbackRequest, progress: Progress) -> Relabelled:
    """Sets the alias back, marks the bad version, and relabels; what a killed job left of the same request is finished.

    The relabel is recorded before the alias is set, so that a kill in between leaves a request that can be finished.
    Raises ConfigError for a wrong version or head, where there is no lake or no champion, and where the version is the
    champion; TransientError when the registry does not answer or another run works on the lake.
    """
    lake = open_lake(settings, request.head)
    registry = ModelRegistry(settings)
    name = _model_name(registry, settings, request.head)
    require_champion(registry, name)
    registry.require_version(name, request.version)
    with logged_attempt(settings.reports_folder, "rollback"), lake_lock(settings.lake.root):
        left = unfinished(lake.store, _wanted(name, "", None, request), request.version)
        work = left or _new(registry, lake.store, name, request)
        with progress.stage("model"):
            lake.store.spark  # noqa: B018 - loading a model needs the session
            models = load_models(registry, work.models)
        _require_fit(registry, settings, lake, models, request.head)
        if left is None:
            begin(work, lake.store)
        _set_back(registry, work, lake.store)
        return work_off(work, Tools(settings, lake.store, models, lake.taxonomy, lake.rules, progress))


def went_live(store: Store, registry: ModelRegistry, model: str, version: str) -> datetime:
    """When a version became champion the last time: by ops/promotions, else not before it was registered (UTC)."""
    columns = ("decided_at", "decision", "version", "evidence")
    rows = list(store.rows(PROMOTIONS, columns, model=[model])) if store.exists(PROMOTIONS) else []
    times = [row["decided_at"] for row in rows if _made_champion(row) == version]
    return max(times).astimezone(UTC) if times else registry.registered_at(model, version)


def _made_champion(row: Mapping[str, Any]) -> str | None:
    """The version that a decision made champion; None where it made none."""
    if row["decision"] in GO_LIVE:
        return str(row["version"])
    return json.loads(row["evidence"]).get("champion_now") if row["decision"] == "rolled_back" else None


def _model_name(registry: ModelRegistry, settings: Settings, head: str | None) -> str:
    if head is None:
        return settings.mlflow.registered_model
    name = head_model_name(settings, head)
    if not registry.versions(name):
        raise ConfigError(
            f"The head {head} has no model of its own.",
            where="--head",
            remedy=f"Leave --head out to roll back {settings.mlflow.registered_model}, which decides it.",
        )
    return name


def _new(registry: ModelRegistry, store: Store, name: str, request: RollbackRequest) -> Relabel:
    bad = require_champion(registry, name)
    if bad == request.version:
        raise ConfigError(
            f"Version {bad} is the champion of {name} already, and no rollback is unfinished.",
            where="--to",
            remedy="To label mails again by it, use jobs/backfill.py.",
        )
    return _wanted(name, bad, went_live(store, registry, name, bad), request)


def _wanted(name: str, bad: str, live_since: datetime | None, request: RollbackRequest) -> Relabel:
    return Relabel(
        relabel_id=new_id(),
        cause="rollback",
        model=name,
        model_version=request.version,
        models={name: request.version},
        os_user=os_user(),
        reason=request.reason,
        received_from=request.since,
        only_version=bad,
        live_since=None if request.since else live_since,
        head=request.head,
    )


def _require_fit(
    registry: ModelRegistry, settings: Settings, lake: Lake, models: Mapping[str, Any], head: str | None
) -> None:
    """What the version must decide from now on."""
    own = [one for one in lake.taxonomy.heads if one.name == head]
    require_fit(models, settings, own or bundle_heads(registry, settings, lake.taxonomy))


def _set_back(registry: ModelRegistry, work: Relabel, store: Store) -> None:
    """Alias, mark and decision, each once; a version that became champion after a kill stays champion.

    A trial ends: it compared a version with the one that is rolled back.
    """
    bad = work.only_version
    assert bad is not None
    evidence = json.dumps({"champion_now": work.model_version, "relabel_id": work.relabel_id})
    with store.alone(PROMOTIONS):  # a gate or trial that decides meanwhile compared with the version that goes
        row = promotion_row(
            (work.model, bad), bad, "rolled_back", work.os_user, work.reason, evidence, promotion_id=work.relabel_id
        )
        # the row first: a killed rollback's trial would begin again without it
        store.append_rows(PROMOTIONS, [row], 1, work.relabel_id)
        if registry.champion_version(work.model) in (bad, work.model_version):
            registry.roll_back(work.model, work.model_version, bad)
            end_trial(registry, work.model)
