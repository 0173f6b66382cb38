"""Why a mail has its labels and its queue: the stored decision, replayed with the versions that made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.explanation.changes import changes_of
from triage.labelling.explanation.contributions import Contributions
from triage.labelling.explanation.head import contributions_of, lead_over, named, rival_of, shown
from triage.labelling.explanation.model import Change, Explanation, HeadShown, RouteShown, RuleShown
from triage.labelling.explanation.replay import Judges, judges_of
from triage.labelling.models import LoadedModel
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.store import Store
from triage.lake.tables import KEY_PATTERN, LABELS, QUARANTINE, RAW_MAIL, ROUTES, SILVER_MAIL, Table
from triage.reasons import DESCRIPTIONS, GateReason
from triage.routing.path import rule_path
from triage.routing.route import route
from triage.routing.rules import Rules, load_rules

TOLERANCE = 1e-6
"""Difference of scores up to which a replay agrees with what is stored."""


@dataclass(frozen=True)
class _Mail:
    """One published mail, what is stored about it, and what would label and route it again."""

    silver: DataFrame
    language: str
    stored: Mapping[str, Row]
    judges: Judges
    rules: Rules


def explain(store: Store, settings: Settings, mail_key: str) -> Explanation:
    """All that can be told about a mail. Raises ConfigError when the lake does not know it."""
    if not re.match(KEY_PATTERN, mail_key):
        raise ConfigError(
            "A mail key is 64 hexadecimal digits.",
            where="MAIL_KEY",
            remedy="Take it from gold/labels or silver/mail.",
        )
    row = _rows(store, SILVER_MAIL, mail_key)[:1]
    if not row:
        return _unpublished(store, mail_key)
    taxonomy = load_taxonomy(settings)
    rules = load_rules(settings, {head.name: head.labels for head in taxonomy.heads})
    stored = _rows(store, LABELS, mail_key)
    silver = store.spark.createDataFrame(row, SILVER_MAIL.schema).coalesce(1)
    mail = _Mail(silver, row[0].language, {r["head"]: r for r in stored}, judges_of(stored, settings), rules)
    return _published(mail, row[0], next(iter(_rows(store, ROUTES, mail_key)), None))


def _rows(store: Store, table: Table, mail_key: str) -> list[Row]:
    return store.read(table).where(f.col("mail_key") == mail_key).collect()


def _unpublished(store: Store, mail_key: str) -> Explanation:
    held = store.read(QUARANTINE).where(f.col("mail_key") == mail_key).orderBy(f.desc("batch_id")).first()
    if held is not None:
        reasons = {code: DESCRIPTIONS.get(code, GateReason.meaning) for code in held.reasons}
        return Explanation(mail_key, "in quarantine", reasons=reasons)
    if store.read(RAW_MAIL).where(f.col("mail_key") == mail_key).isEmpty():
        raise ConfigError(
            "The lake knows no mail with this key: it never came, was erased, or was removed by age.",
            where="MAIL_KEY",
            remedy="Take a key from silver/mail or quarantine/mail.",
        )
    note = "It was read, but is neither published nor in quarantine: the run was stopped, or its rows were removed."
    return Explanation(mail_key, "not published yet", (note,))


def _published(mail: _Mail, row: Row, stored_route: Row | None) -> Explanation:
    labels = mail.judges.label(mail.silver).localCheckpoint()
    said = {r["head"]: r for r in labels.collect()}
    parts = {
        head: found
        for champion in mail.judges.champions
        for model, heads in champion.parts
        for head, found in contributions_of(model, mail.silver, heads).items()
    }
    changes = changes_of(mail.silver, mail.judges, mail.rules, said, parts)
    heads = tuple(_head(mail, said[head], parts[head], changes[head]) for head in said)
    shown_route = _route(mail, labels, stored_route)
    notes = [*mail.judges.notes, *_differences(mail, heads, shown_route)]
    return Explanation(
        row.mail_key,
        "published",
        tuple(notes),
        policy_version=row.policy_version,
        heads=heads,
        route=shown_route,
    )


def _model(mail: _Mail, head: str) -> LoadedModel:
    model = mail.judges.model_of(head)
    assert model is not None
    return model


def _head(mail: _Mail, said: Row, found: Contributions, changes: tuple[Change, ...]) -> HeadShown:
    model = _model(mail, said["head"])
    described = model.description.head(said["head"])
    assert described is not None
    rival = None if described.multi else rival_of(said)
    terms, rest = shown(found, lead_over(found.labels, said.best_label, rival))
    stored = mail.stored.get(said["head"])
    fields = said.asDict()
    return HeadShown(
        head=said["head"],
        model=model.name,
        model_version=model.version,
        candidate=described.candidate,
        label=said.label,
        labels=tuple(fields.get("labels") or ([said.label] if said.label else [])),
        best_label=said.best_label,
        rival=rival,
        score=said.score,
        scores=dict(said.scores),
        threshold=fields.get("threshold") or described.threshold.of(mail.language),
        abstained=said.abstained,
        reason=fields.get("reason") or ("LOW_SCORE" if said.abstained else None),
        decided_by=fields.get("decided_by") or "model",
        logits=named(found.labels, found.logits),
        bias=named(found.labels, found.bias),
        terms=terms,
        rest=rest,
        exact=found.exact,
        changes=changes,
        stored_label=stored.label if stored else None,
        stored_score=stored.score if stored else None,
        agrees=_agrees(said, stored, model),
    )


def _agrees(said: Row, stored: Row | None, model: LoadedModel) -> bool | None:
    if stored is None or (stored.model, stored.model_version) != (model.name, model.version):
        return None
    same = (stored.label, stored.best_label) == (said.label, said.best_label)
    return same and abs(stored.score - said.score) <= TOLERANCE


def _route(mail: _Mail, labels: DataFrame, stored: Row | None) -> RouteShown:
    now = route(mail.silver, labels, mail.rules).collect()[0]
    path = tuple(RuleShown(t.rule, t.queue, t.failed) for t in rule_path(mail.silver, labels, mail.rules))
    same_rules = stored is not None and stored.rules_version == mail.rules.version
    return RouteShown(
        queue=now.queue,
        priority=now.priority,
        due_at=now.due_at,
        rule=now.rule,
        reason=now.reason,
        rules_version=mail.rules.version,
        path=path,
        stored_queue=stored.queue if stored else None,
        stored_rule=stored.rule if stored else None,
        stored_rules_version=stored.rules_version if stored else None,
        agrees=(stored.queue, stored.rule) == (now.queue, now.rule) if stored and same_rules else None,
    )


def _differences(mail: _Mail, heads: tuple[HeadShown, ...], routed: RouteShown) -> list[str]:
    """What is not as it was stored, in words."""
    told = []
    if not mail.stored:
        told.append(
            "gold/labels has no row of this mail (not labelled yet, or removed): nothing can be compared."
        )
    told += [
        f"Head {shown.head}: the replay does not give the stored decision; the taxonomy, the code or the mail's row changed."
        for shown in heads
        if shown.agrees is False
    ]
    if routed.stored_rule is None:
        told.append("gold/routes has no row of this mail: the route is what the present rules say.")
    elif routed.stored_rules_version != routed.rules_version:
        told.append(
            f"The routing rules changed since (then {routed.stored_rules_version}): the path is that of the present ones."
        )
    elif not routed.agrees:
        told.append("The replay does not give the stored route.")
    return told
