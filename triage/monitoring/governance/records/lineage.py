"""The lineage of a mail: from its route back to labels, model, rules, policy, table versions, run and source file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from triage.monitoring.governance.document import Block, Document, Row, Section, Table
from triage.monitoring.governance.in_force import ModelVersion
from triage.monitoring.governance.records.mail_trace import MailTrace, in_words, table_versions

Describe = Callable[[Mapping[str, Any], MailTrace], tuple[str, list[Row]]]
"""A title and the facts of a row."""


def lineage(trace: MailTrace, made_at: str) -> Document:
    """The lineage as a record, with a section for each step back; it holds keys, codes, versions and counts only."""
    return Document(
        f"lineage-{trace.mail_key}",
        f"Lineage of mail {trace.mail_key}",
        made_at,
        f"The mail is {trace.state}.",
        (
            _section("Route", trace, "gold/routes", _route, "The mail has no route."),
            _section("Labels", trace, "gold/labels", _label, "The mail has no labels."),
            _section("Anonymized mail", trace, "silver/mail", _silver, "The mail is not published."),
            _section("Quarantine", trace, "quarantine/mail", _quarantined, "The mail is not in quarantine."),
            _section("Message in the vault", trace, "vault/raw_mail", _raw, "The vault does not hold the message."),
            _sources(trace),
            _runs(trace),
        ),
    )


def _section(title: str, trace: MailTrace, table: str, describe: Describe, missing: str) -> Section:
    found = trace.of(table)
    blocks: list[Block] = [_facts(*describe(row, trace)) for row in found]
    if found:
        blocks.append(_facts(f"table {table}", table_versions(trace, table, found[0].get("batch_id"))))
    return Section(title, tuple(blocks), "", "" if found else missing)


def _facts(title: str, rows: Sequence[Row]) -> Table:
    return Table(("fact", "value"), tuple(row for row in rows if row[1]), title)


def _route(row: Mapping[str, Any], trace: MailTrace) -> tuple[str, list[Row]]:
    return f"queue {row['queue']}", [
        ("decided by rule", str(row["rule"])),
        ("reason", str(row["reason"])),
        ("priority", str(row["priority"] or "abstained")),
        ("due", in_words(row["due_at"]) or "nothing is due"),
        ("rules version", _now(row["rules_version"], "rules", trace)),
        ("batch", str(row["batch_id"])),
    ]


def _label(row: Mapping[str, Any], trace: MailTrace) -> tuple[str, list[Row]]:
    decision = f"abstained ({row['reason'] or 'LOW_SCORE'})" if row["abstained"] else ", ".join(_labels(row))
    threshold = "" if row["threshold"] is None else f"{row['threshold']:.3f}"
    facts = [
        ("decided by", str(row["decided_by"] or "model")),
        ("best label", f"{row['best_label']}, score {row['score']:.3f}"),
        ("threshold", threshold),
        ("model", f"{row['model']} version {row['model_version']}"),
        *_model(row, trace.models),
        ("batch", str(row["batch_id"])),
    ]
    return f"{row['head']}: {decision}", facts


def _labels(row: Mapping[str, Any]) -> list[str]:
    return list(row["labels"] or ([row["label"]] if row["label"] else [])) or ["none"]


def _model(row: Mapping[str, Any], models: Sequence[ModelVersion]) -> list[Row]:
    """What the registry says of the version that decided."""
    for model in models:
        if (model.name, model.version) == (row["model"], row["model_version"]):
            return [
                ("registered", in_words(model.registered_at)),
                ("manifest SHA-256", model.digest),
                ("trained on", model.tags.get("data", "")),
                ("SHA-256 of its data", model.tags.get("data_digest", "")),
                ("alias now", ", ".join(model.aliases)),
            ]
    return [("registry", "does not know this version, or could not be asked")]


def _silver(row: Mapping[str, Any], trace: MailTrace) -> tuple[str, list[Row]]:
    return "silver/mail", [
        ("policy version", _now(row["policy_version"], "policy", trace)),
        ("key id", str(row["key_id"])),
        ("received", in_words(row["received_at"])),
        ("language", str(row["language"])),
        ("replaced findings", str(sum((row["entity_counts"] or {}).values()))),
        ("marks", ", ".join(row["marks"] or ())),
        ("batch", str(row["batch_id"])),
    ]


def _quarantined(row: Mapping[str, Any], _: MailTrace) -> tuple[str, list[Row]]:
    return f"quarantined in stage {row['stage']}", [
        ("reasons", ", ".join(row["reasons"] or ())),
        ("meaning", "jobs/explain.py with this key gives meaning and remedy"),
        ("batch", str(row["batch_id"])),
    ]


def _raw(row: Mapping[str, Any], _: MailTrace) -> tuple[str, list[Row]]:
    offset = "" if row["byte_offset"] is None else str(row["byte_offset"])
    return "sealed message", [
        ("file key", str(row["file_key"])),
        ("offset of the record", offset),
        ("bytes of the record", str(row["size_bytes"])),
        ("fault", str(row["fault"] or "")),
        ("batch", str(row["batch_id"])),
    ]


def _sources(trace: MailTrace) -> Section:
    blocks = [_facts(*_source(row)) for row in trace.ledger]
    missing = "The ledger does not hold the file: the mail was not read from an export, or its rows were removed."
    return Section("Source file and plan", tuple(blocks), "", "" if blocks else missing)


def _source(row: Mapping[str, Any]) -> tuple[str, list[Row]]:
    planned = ("planned", in_words(row["planned_at"]))
    if row["kind"] == "replay":
        reasons = ", ".join(row["reasons"] or ()) or "all reasons"
        return f"replay in batch {row['batch_id']}", [("of mails quarantined for", reasons), planned]
    return f"read in batch {row['batch_id']}", [
        ("file", str(row["path"])),
        ("format", str(row["format"] or "")),
        ("bytes of the file", str(row["size_bytes"])),
        ("SHA-256 of the file", str(row["sha256"] or "could not be read")),
        ("bytes of this batch", f"{row['range_start']} to {row['range_end']}"),
        planned,
    ]


def _runs(trace: MailTrace) -> Section:
    blocks = [_facts(*_run(row, trace)) for row in trace.runs]
    missing = "No run has accounted for this mail's batches yet."
    return Section("Run", tuple(blocks), "", "" if blocks else missing)


def _run(row: Mapping[str, Any], trace: MailTrace) -> tuple[str, list[Row]]:
    batches = list(row["batches"] or ())
    return f"run {row['run_id']}", [
        ("started", in_words(row["started_at"])),
        ("batches", ", ".join(map(str, batches))),
        ("label model in force", str(row["model_version"] or "none was needed")),
        ("policy version", str(row["policy_version"])),
        ("rules version", str(row["rules_version"])),
        ("MLflow run", str(row["mlflow_run_id"] or "")),
        *(table_versions(trace, "metrics/runs", batches[-1]) if batches else []),
    ]


def _now(version: str, what: str, trace: MailTrace) -> str:
    """A version, and whether it is in force now."""
    present = (trace.in_force or {}).get(what)
    if present is None:
        return str(version)
    return f"{version} (in force)" if version == present else f"{version} (in force now: {present})"
