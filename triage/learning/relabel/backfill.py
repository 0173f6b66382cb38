"""Backfill: the mails of a window are labelled and routed again, by the models in force or a named version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.cli import os_user
from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.locks import lake_lock
from triage.lake.tables import RELABELS
from triage.learning.relabel.lake import Lake, moment, open_lake, unfinished
from triage.learning.relabel.models import load_models, require_fit, versions_for
from triage.learning.relabel.run import Relabelled, Tools, work_off
from triage.learning.relabel.work import Relabel, begin, new_id
from triage.monitoring.service.attempts import logged_attempt
from triage.privacy.stated_reason import require_reason
from triage.progress import Progress


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """Mails received from `start` until before `end` (UTC; None for all later ones), and what labels them.

    `version` is one of the model that decides `head`, of the bundle without a head, of the champion where it is None.
    With a head the labels of other heads stay as they are.
    """

    start: datetime
    end: datetime | None = None
    version: str | None = None
    head: str | None = None
    reason: str = ""


def backfill_request(
    start: str, end: str | None, version: str | None, head: str | None, reason: str
) -> BackfillRequest:
    """The request of a command line. Raises ConfigError for dates that are none, reversed or in the future."""
    begin_at, end_at = moment(start, "--from"), None if end is None else moment(end, "--to")
    if end_at is not None and end_at <= begin_at:
        raise ConfigError(
            "The window is empty: --to is not after --from.",
            where="--to",
            remedy="Mails received before --to are taken: name the day after the last one.",
        )
    stated = require_reason(reason, table=RELABELS.name, example="invoices went to hr") if reason else ""
    return BackfillRequest(begin_at, end_at, version, head, stated)


def backfill(settings: Settings, request: BackfillRequest, progress: Progress) -> Relabelled:
    """Labels and routes the mails of the window again; what a killed job left of the same request is finished.

    Raises ConfigError for a wrong version or head and where there is no lake, TransientError when the registry does
    not answer or another run works on the lake.
    """
    lake = open_lake(settings, request.head)
    registry = ModelRegistry(settings)
    wanted = _wanted(registry, settings, lake, request)
    with logged_attempt(settings.reports_folder, "backfill"), lake_lock(settings.lake.root):
        left = unfinished(lake.store, wanted, request.version)
        work = left or wanted
        with progress.stage("model"):
            lake.store.spark  # noqa: B018 - loading a model needs the session
            models = load_models(registry, work.models)
        require_fit(models, settings, [one for one in lake.taxonomy.heads if request.head in (None, one.name)])
        if left is None:
            begin(work, lake.store)
        return work_off(work, Tools(settings, lake.store, models, lake.taxonomy, lake.rules, progress))


def _wanted(registry: ModelRegistry, settings: Settings, lake: Lake, request: BackfillRequest) -> Relabel:
    chosen = versions_for(registry, settings, lake.taxonomy, request.head, request.version)
    return Relabel(
        relabel_id=new_id(),
        cause="backfill",
        model=chosen.model,
        model_version=chosen.version,
        models=chosen.models,
        os_user=os_user(),
        reason=request.reason,
        received_from=request.start,
        received_to=request.end,
        head=request.head,
    )
