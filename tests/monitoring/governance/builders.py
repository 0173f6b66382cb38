"""Hand-made facts for the records of governance."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

from triage.lake.commits import Commit
from triage.monitoring.governance.document import Document, Section
from triage.monitoring.governance.in_force import HeadInForce, InForce, Item, LanguageModel, ModelVersion, Threshold
from triage.monitoring.governance.records.mail_trace import MailTrace

AT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
MADE = "2026-03-02 02:30:00 UTC"
KEY = "c0" * 32
DIGEST = "ab" * 32

MODEL = ModelVersion(
    "triage-labels",
    "3",
    ("champion",),
    AT,
    "ada",
    {"data": "file", "rows": "1200", "licence": "CC BY 4.0", "seed": "7", "manifest_sha256": DIGEST},
)
RULES = Item("rules", "routing rules", "f4d3b491716617f9", "", "conf/routing.yaml")
LABELS = Item("model:triage-labels", "label model", "3", DIGEST, "alias champion")

IN_FORCE = InForce(
    items=(LABELS, RULES),
    models=(MODEL,),
    heads=(
        HeadInForce("triage-labels", "3", "category", ("billing", "sales"), "terms", {"accuracy": 0.875, "rows": 614}),
    ),
    thresholds=(Threshold("a head decides from", "category, de", 0.62, "triage-labels version 3"),),
    language_models=(LanguageModel("fr_core_news_sm", "3.8.0", "LGPL-LR", "names in fr"),),
    rules=(("billing", "billing", "as labelled", "category is billing"),),
    alert_rules=(("gate_failed", "critical", "engineering", "docs/runbook/gate_failed.md"),),
    sinks=("stdout", "webhook"),
    references=(
        {
            "decided_at": AT,
            "action": "set",
            "run_ids": ["run-1", "run-2"],
            "os_user": "ada",
            "reason": "new queue",
            "taxonomy_version": "v1",
        },
    ),
    keys=("858c78165629",),
    labels_version="v1",
)

LABEL_ROW = {
    "batch_id": 4,
    "head": "category",
    "label": "billing",
    "labels": ["billing"],
    "best_label": "billing",
    "score": 0.9123,
    "abstained": False,
    "reason": None,
    "threshold": 0.62,
    "decided_by": "model",
    "model": "triage-labels",
    "model_version": "3",
}
ABSTAINED_ROW = LABEL_ROW | {"head": "kind", "label": None, "labels": None, "abstained": True, "reason": "EMPTY_TEXT"}
ROUTE_ROW = {
    "batch_id": 4,
    "queue": "billing",
    "priority": None,
    "due_at": AT,
    "rule": "billing",
    "reason": "category is billing",
    "rules_version": "old-rules",
}
SILVER_ROW = {
    "batch_id": 4,
    "received_at": AT,
    "language": "de",
    "entity_counts": {"PERSON": 2, "IBAN_CODE": 1},
    "marks": ["NO_NER"],
    "key_id": "858c78165629",
    "policy_version": "f232b7c4231f",
}
RAW_ROW = {"batch_id": 1, "file_key": "0129d0", "byte_offset": 512, "size_bytes": 99, "fault": None}
QUARANTINE_ROW = {"batch_id": 1, "file_key": "0129d0", "reasons": ["NO_BODY"], "stage": "parse"}
FILE_ROW = {
    "file_key": "0129d0",
    "batch_id": 1,
    "kind": "file",
    "path": "/exports/<FILE_0129d037ec883f49>",
    "format": "mbox",
    "size_bytes": 2048,
    "sha256": DIGEST,
    "range_start": 0,
    "range_end": 2048,
    "reasons": None,
    "planned_at": AT,
}
REPLAY_ROW = FILE_ROW | {"kind": "replay", "batch_id": 4, "path": None, "sha256": None, "reasons": ["NO_BODY"]}
RUN_ROW = {
    "run_id": "batches-000002-000004",
    "started_at": AT,
    "batches": [2, 3, 4],
    "model_version": "3",
    "policy_version": "f232b7c4231f",
    "rules_version": "old-rules",
    "mlflow_run_id": "6a07",
}
COMMITS = {
    "gold/routes": (
        Commit(0, AT, "WRITE", {"gold/routes": 1}),
        Commit(1, AT, "WRITE", {"gold/routes": 4}),
        Commit(2, AT, "WRITE", {"gold/routes": 5}),
        Commit(3, AT, "MERGE", {}, rewrote=True),
    ),
    "silver/mail": (Commit(7, AT, "OPTIMIZE", {}, rewrote=True),),
    "metrics/runs": (Commit(2, AT, "WRITE", {"metrics/runs": 4}),),
}

TRACE = MailTrace(
    mail_key=KEY,
    rows={
        "gold/routes": [ROUTE_ROW],
        "gold/labels": [LABEL_ROW, ABSTAINED_ROW],
        "silver/mail": [SILVER_ROW],
        "vault/raw_mail": [RAW_ROW],
    },
    ledger=[FILE_ROW, REPLAY_ROW],
    runs=[RUN_ROW],
    commits=COMMITS,
    models=(MODEL,),
    in_force={"rules": "f4d3b491716617f9", "policy": "f232b7c4231f"},
)


def section(document: Document, title: str) -> Section:
    [found] = [one for one in document.sections if one.title == title]
    return found


def facts(document: Document, title: str) -> dict[str, dict[str, str]]:
    """Of a section of tables of facts: each table's facts, by its title."""
    return {
        block["title"]: {row["fact"]: row["value"] for row in block["rows"]}
        for part in document.as_json()["sections"]
        if part["title"] == title
        for block in part["blocks"]
    }


class Seen(HTMLParser):
    """The tags of a page, the targets of its links, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data
