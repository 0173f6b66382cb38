"""The row of gold/labels that a model gives one mail, by the rules of `serving.inference`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from triage.labelling.description import HeadDescription
from triage.labelling.evaluation.calibration import probabilities
from triage.labelling.plain.deadlines import text_fact
from triage.labelling.plain.model import MailFeatures, PlainModel
from triage.labelling.plain.weights import Floats
from triage.labelling.signs import MODEL, TEXT_FACTS, Sign
from triage.labelling.taxonomy import Head
from triage.routing.plain import holds_all


def decide(mail: Mapping[str, Any], model: PlainModel, heads: Sequence[Head]) -> dict[str, dict[str, Any]]:
    """By head, parents first, its row; `heads` are those that the model decides."""
    features, rows = MailFeatures(model, mail), dict[str, dict[str, Any]]()
    for head in _parents_first(heads):
        rows[head.name] = _row(head, mail, model, features, rows.get(head.parent or ""))
    return rows


def _parents_first(heads: Sequence[Head]) -> list[Head]:
    depth = {head.name: 0 for head in heads}
    for head in heads:
        depth[head.name] = depth.get(head.parent or "", -1) + 1
    return sorted(heads, key=lambda head: depth[head.name])


def _row(
    head: Head, mail: Mapping[str, Any], model: PlainModel, features: MailFeatures, parent: Mapping[str, Any] | None
) -> dict[str, Any]:
    about = model.description.head(head.name)
    assert about is not None  # `PlainModel.decides` was asked
    language = mail["language"] or "und"
    found = probabilities(features.logits(head.name)[None], about.calibration, np.array([language]), multi=about.multi)[
        0
    ]
    found = found if parent is None else _within(found, about.labels, parent["best_label"])
    place = int(np.argmax(found))
    score, best = float(found[place]), about.labels[place]
    threshold = about.threshold.of(mail["language"] or "") if head.threshold is None else head.threshold
    sign = _sign(head, mail)
    reason = None if sign else _reason(head, about, mail, score, threshold, features, parent)
    given = [name for name, p in zip(about.labels, found, strict=True) if p >= threshold] if about.multi else [best]
    labels = [sign.label] if sign else ([] if reason else given)
    decided = sign.label if sign else best
    return {
        "mail_key": mail["mail_key"],
        "batch_id": mail["batch_id"],
        "head": head.name,
        "label": decided if labels else None,
        "labels": labels,
        "best_label": decided,
        "score": 1.0 if sign else score,
        "scores": dict(zip(about.labels, map(float, found), strict=True)),
        "abstained": not labels,
        "reason": reason,
        "threshold": threshold,
        "decided_by": sign.name if sign else MODEL,
        "model": model.name,
        "model_version": model.version,
    }


def _within(found: Floats, labels: Sequence[str], above: str) -> Floats:
    """The probabilities given the parent's best label: those of its sub-labels, normalized; all others are 0."""
    possible = np.where([label.partition("/")[0] == above for label in labels], found, 0.0)
    whole = possible.sum()
    return possible / whole if whole > 0 else possible


def _sign(head: Head, mail: Mapping[str, Any]) -> Sign | None:
    """The first sign that decides; the text is read only where all else that it asks for holds, as in Spark."""
    for sign in head.signs:
        of_text = [one for one in sign.conditions if one.attribute.name in TEXT_FACTS]
        if holds_all([one for one in sign.conditions if one not in of_text], mail):
            facts = {one.attribute.name: text_fact(one.attribute.name, mail) for one in of_text}
            if holds_all(of_text, facts):
                return sign
    return None


def _reason(
    head: Head,
    about: HeadDescription,
    mail: Mapping[str, Any],
    score: float,
    threshold: float,
    features: MailFeatures,
    parent: Mapping[str, Any] | None,
) -> str | None:
    """The first reason of description.Reason that applies; None where the head decides."""
    languages = about.languages if head.languages == "learnt" else head.languages
    is_unknown = bool(languages) and languages != "any" and (mail["language"] or "und") not in languages
    said = "".join(mail[name] or "" for name in ("subject", "body"))
    reasons = {
        "PARENT_ABSTAINED": parent is not None and parent["abstained"],
        "EMPTY_TEXT": not re.search(r"\S", said, re.ASCII),
        "UNKNOWN_LANGUAGE": is_unknown,
        "OUT_OF_DISTRIBUTION": features.known_share < about.known_share_min,
        "LOW_SCORE": score < threshold,
    }
    return next((reason for reason, applies in reasons.items() if applies), None)
