"""The inventory: what is in force, in which version, who approved it and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triage.monitoring.governance.approvals import NOT_APPROVED, Approval, approval_of
from triage.monitoring.governance.document import Document, Row, Section, table
from triage.monitoring.governance.in_force import InForce, Item, ModelVersion

_PROVENANCE = {
    "data": "trained on",
    "rows": "rows",
    "licence": "licence",
    "parent": "warm start from",
    "commit": "code",
    "data_digest": "SHA-256 of the data",
    "lock_sha256": "SHA-256 of the packages' lock",
    "manifest_sha256": "SHA-256 of the manifest",
}
"""Tags of a registered version, by what they are called here."""


def inventory(in_force: InForce, approvals: Sequence[Approval], made_at: str) -> Document:
    """The inventory as a record."""
    return Document(
        "inventory",
        "Inventory of what is in force",
        made_at,
        "Every version that decides about mail now. An approval counts for its very version only.",
        (
            _approved(in_force, approvals),
            _models(in_force),
            _heads(in_force),
            _thresholds(in_force),
            _rules(in_force),
            _alert_rules(in_force),
            _language_models(in_force),
            _references(in_force),
            _keys(in_force),
        ),
    )


def unapproved(in_force: InForce, approvals: Sequence[Approval]) -> tuple[Item, ...]:
    """What is in force without an approval of its version."""
    return tuple(i for i in in_force.items if approval_of(i.what, i.version, i.digest, approvals) is None)


def _approved(in_force: InForce, approvals: Sequence[Approval]) -> Section:
    rows = [_approved_row(item, approvals) for item in in_force.items]
    missing = [item.what for item in unapproved(in_force, approvals)]
    fill = f"No approval of the version in force: {', '.join(missing)}. Add one with jobs/govern.py approve."
    gaps = [in_force.fault("alert_rules"), fill if missing else ""]
    header = ("what", "", "version", "from", "approved by")
    return Section("In force and approved", table(header, rows), "", " ".join(filter(None, gaps)))


def _approved_row(item: Item, approvals: Sequence[Approval]) -> Row:
    found = approval_of(item.what, item.version, item.digest, approvals)
    version = f"{item.version} (SHA-256 {item.digest[:16]}…)" if item.digest else item.version
    return item.what, item.title, version, item.place, found.in_words if found else NOT_APPROVED


def _models(in_force: InForce) -> Section:
    header = ("model", "version", "alias", "registered (UTC)", "by", "provenance")
    fill = in_force.fault("models") or ("" if in_force.models else "The first run registers a model.")
    return Section("Label models", table(header, [_model_row(m) for m in in_force.models]), "", fill)


def _model_row(model: ModelVersion) -> Row:
    at = f"{model.registered_at:%Y-%m-%d %H:%M}" if model.registered_at else "unknown"
    known = [f"{title} {model.tags[tag]}" for tag, title in _PROVENANCE.items() if model.tags.get(tag)]
    return model.name, model.version, ", ".join(model.aliases), at, model.registered_by or "unknown", "; ".join(known)


def _heads(in_force: InForce) -> Section:
    header = ("head", "model", "labels", "candidate", "figures on held-out rows")
    rows = [
        (h.head, f"{h.model} version {h.version}", ", ".join(h.labels), h.candidate, figures(h.metrics))
        for h in in_force.heads
    ]
    return Section("Heads in force", table(header, rows), "", in_force.fault("heads"))


def figures(metrics: Any) -> str:
    """Figures by name in one line."""
    return ", ".join(f"{name} {round(value, 3):g}" for name, value in sorted(metrics.items()))


def _thresholds(in_force: InForce) -> Section:
    rows = [(t.name, t.of, f"{t.value:g}", t.place) for t in in_force.thresholds]
    return Section("Thresholds in force", table(("threshold", "of", "value", "from"), rows))


def _rules(in_force: InForce) -> Section:
    return Section(
        "Routing rules, in order",
        table(("rule", "queue", "priority", "when"), in_force.rules),
        "",
        in_force.fault("rules"),
    )


def _alert_rules(in_force: InForce) -> Section:
    header = ("rule", "severity", "owner", "runbook")
    return Section("Alert rules", table(header, in_force.alert_rules), "", in_force.fault("alert_rules"))


def _language_models(in_force: InForce) -> Section:
    rows = [(m.name, m.version, m.licence or "not stated", m.used_for) for m in in_force.language_models]
    return Section("Models of language", table(("name", "version", "licence", "used for"), rows))


def _references(in_force: InForce) -> Section:
    rows = [
        (
            f"{row['decided_at']:%Y-%m-%d %H:%M}",
            str(row["action"]),
            ", ".join(row["run_ids"] or ()),
            str(row["os_user"]),
            str(row["reason"]),
            "the labels in force" if row["taxonomy_version"] == in_force.labels_version else "other labels: not usable",
        )
        for row in in_force.references
    ]
    header = ("decided (UTC)", "decision", "runs", "by", "reason", "made of runs with")
    fill = "Nobody chose a reference; runs are compared with the model's and with earlier runs. See jobs/baseline.py."
    return Section(
        "Decisions on the reference of drift, the latest in force", table(header, rows), "", "" if rows else fill
    )


def _keys(in_force: InForce) -> Section:
    fill = "" if in_force.keys else "The first run writes the id of its key."
    return Section("Keys, by id", table(("key id",), [(key,) for key in in_force.keys]), "", fill)
