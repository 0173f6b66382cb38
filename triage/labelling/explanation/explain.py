"""Explains a mail: replays the stored decisions with the model versions that made them, and assembles the result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC

from pyspark.sql import DataFrame, Row

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.explanation.changes import changes_by_head
from triage.labelling.explanation.contributions import Contributions
from triage.labelling.explanation.plain_replay import NeedsSparkError, plain_replay
from triage.labelling.explanation.ranking import by_label, lead_weights, runner_up, strongest_terms
from triage.labelling.explanation.replay import deciding_models
from triage.labelling.explanation.replays import Decider, Replay, SparkReplay
from triage.labelling.explanation.schema import (
    Change,
    Explanation,
    HeadExplanation,
    RouteExplanation,
    TriedRule,
)
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import KEY_PATTERN, LABELS, QUARANTINE, RAW_MAIL, ROUTES, SILVER_MAIL, Table
from triage.reasons import DESCRIPTIONS, GateReason
from triage.routing.rules import Rules, load_rules

TOLERANCE = 1e-6
"""Largest difference of a score between a replay and the stored row."""


@dataclass(frozen=True)
class _Mail:
    """One published mail: its row of silver/mail, its stored labels by head, and its replay."""

    row: Row
    stored: Mapping[str, Row]
    replay: Replay
    rules: Rules


def explain(store: Store, settings: Settings, mail_key: str) -> Explanation:
    """The explanation of a mail. Raises ConfigError when the lake has no mail with this key."""
    if not re.match(KEY_PATTERN, mail_key):
        raise ConfigError(
            "A mail key is 64 hexadecimal digits.",
            where="MAIL_KEY",
            remedy="Take it from silver/mail, or from quarantine/mail.",
        )
    row = next(iter(_rows(store, SILVER_MAIL, mail_key)), None)
    if row is None:
        return _unpublished(store, mail_key)
    taxonomy = load_taxonomy(settings)
    rules = load_rules(settings, {head.name: head.labels for head in taxonomy.heads})
    stored = _rows(store, LABELS, mail_key)
    route = next(iter(_rows(store, ROUTES, mail_key)), None)

    def published(replay: Replay) -> Explanation:
        return _published(_Mail(row, {r["head"]: r for r in stored}, replay, rules), route)

    if settings.lake.without_spark_bytes:
        with suppress(NeedsSparkError):
            return published(plain_replay(row.asDict(), stored, taxonomy, rules, settings))
    return published(SparkReplay(_frame(row, store), deciding_models(stored, settings), rules))


def _rows(store: Store, table: Table, mail_key: str) -> list[Row]:
    return [Row(**row) for row in store.rows(table, table.column_names, mail_key=[mail_key])]


def _frame(row: Row, store: Store) -> DataFrame:
    values = [tuple(row[name] for name in SILVER_MAIL.column_names)]
    return store.spark.createDataFrame(values, SILVER_MAIL.schema, verifySchema=False).coalesce(1)


def _unpublished(store: Store, mail_key: str) -> Explanation:
    row = max(_rows(store, QUARANTINE, mail_key), key=lambda one: one.batch_id, default=None)
    if row is not None:
        reasons = {code: DESCRIPTIONS.get(code, GateReason.meaning) for code in row.reasons}
        return Explanation(mail_key, "in quarantine", reasons=reasons)
    if not store.count(RAW_MAIL, mail_key=[mail_key]):
        raise ConfigError(
            "The lake has no mail with this key. It was never read, it was erased, or it was deleted by age.",
            where="MAIL_KEY",
            remedy="Take a key from silver/mail or quarantine/mail.",
        )
    note = (
        "The mail was read but is neither published nor in quarantine. The run was stopped, or its rows were deleted."
    )
    return Explanation(mail_key, "not published yet", (note,))


def _published(mail: _Mail, stored_route: Row | None) -> Explanation:
    replay = mail.replay
    parts = replay.contributions()
    changes = changes_by_head(replay, parts)
    heads = tuple(_head(mail, row, parts[head], changes[head]) for head, row in replay.rows.items())
    shown_route = _route(mail, stored_route)
    notes = [*replay.notes, *_differences(mail, heads), *_differences_of_route(shown_route, stored_route)]
    return Explanation(
        mail.row.mail_key,
        "published",
        tuple(notes),
        policy_version=mail.row.policy_version,
        heads=heads,
        route=shown_route,
    )


def _head(mail: _Mail, row: Row, found: Contributions, changes: tuple[Change, ...]) -> HeadExplanation:
    model = mail.replay.model_of(row["head"])
    described = model.description.head(row["head"])
    assert described is not None
    rival = None if described.multi else runner_up(row)
    terms, rest = strongest_terms(found, lead_weights(found.labels, row.best_label, rival))
    stored = mail.stored.get(row["head"])
    fields = row.asDict()
    return HeadExplanation(
        head=row["head"],
        model=model.name,
        model_version=model.version,
        candidate=described.candidate,
        label=row.label,
        labels=tuple(fields.get("labels") or ([row.label] if row.label else [])),
        best_label=row.best_label,
        rival=rival,
        score=row.score,
        scores=dict(row.scores),
        threshold=fields.get("threshold") or described.threshold.of(mail.row.language),
        abstained=row.abstained,
        reason=fields.get("reason") or ("LOW_SCORE" if row.abstained else None),
        decided_by=fields.get("decided_by") or "model",
        logits=by_label(found.labels, found.logits),
        bias=by_label(found.labels, found.bias),
        terms=terms,
        rest=rest,
        exact=found.exact,
        changes=changes,
        stored_label=stored.label if stored else None,
        stored_score=stored.score if stored else None,
        agrees=_agrees(row, stored, model),
    )


def _agrees(row: Row, stored: Row | None, model: Decider) -> bool | None:
    if stored is None or (stored.model, stored.model_version) != (model.name, model.version):
        return None
    same = (stored.label, stored.best_label) == (row.label, row.best_label)
    return same and abs(stored.score - row.score) <= TOLERANCE


def _route(mail: _Mail, stored: Row | None) -> RouteExplanation:
    now = mail.replay.route()
    path = tuple(TriedRule(t.rule, t.queue, t.failed) for t in mail.replay.path())
    same_rules = stored is not None and stored.rules_version == mail.rules.version
    return RouteExplanation(
        queue=now.queue,
        priority=now.priority,
        due_at=now.due_at and now.due_at.astimezone(UTC),
        rule=now.rule,
        reason=now.reason,
        rules_version=mail.rules.version,
        path=path,
        stored_queue=stored.queue if stored else None,
        stored_rule=stored.rule if stored else None,
        stored_rules_version=stored.rules_version if stored else None,
        agrees=_is_same(stored, now) if stored and same_rules else None,
    )


def _is_same(stored: Row, now: Row) -> bool:
    """Whether a route agrees; threads and full teams, which move a mail, are not replayed for one."""
    moved = stored.moved_by is not None
    return bool(stored.rule == now.rule and (moved or stored.queue == (now.moved_from or now.queue)))


def _differences(mail: _Mail, heads: tuple[HeadExplanation, ...]) -> list[str]:
    """The differences between the replay and what is stored, a sentence each."""
    notes = []
    if not mail.stored:
        notes.append(
            "gold/labels has no row of this mail, so there is nothing to compare. "
            "It is not labelled yet, or its rows were deleted."
        )
    notes += [
        (
            f"Head {shown.head}: the replay does not give the stored decision. "
            "The taxonomy, the code or the mail's row changed."
        )
        for shown in heads
        if shown.agrees is False
    ]
    return notes


def _differences_of_route(routed: RouteExplanation, stored: Row | None) -> Iterator[str]:
    """What gold/routes says otherwise: by other rules, or since a thread or full teams moved the mail."""
    if stored is None:
        yield "gold/routes has no row of this mail. The route shown is that of the current rules."
    elif stored.rules_version != routed.rules_version:
        yield (
            f"The routing rules changed since {stored.rules_version}, by which it went to {stored.queue} "
            f"(rule {stored.rule}). The path shown is that of the current rules."
        )
    elif not routed.agrees:
        yield "The replay does not give the stored route."
    elif stored.moved_by is not None:
        yield f"It went to {stored.queue} instead of {routed.queue}, moved by {stored.moved_by}: {stored.reason}."
