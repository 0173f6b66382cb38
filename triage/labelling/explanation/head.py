"""Why a head said what it said about one mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f

from triage.labelling.explanation.contributions import Contributions, MailTerms
from triage.labelling.explanation.model import TermShown
from triage.labelling.explanation.occlusion import Unit, unit_of, without
from triage.labelling.families import with_logits
from triage.labelling.features.terms import with_text
from triage.labelling.linear.pipeline_weights import Floats
from triage.labelling.models import LoadedModel

SHOWN = 24
"""Terms of a head that are told one by one."""

_OCCLUDED = 80
"""Words that are left out one by one where a head is not linear."""


def contributions_of(model: LoadedModel, mail: DataFrame, heads: Sequence[str]) -> dict[str, Contributions]:
    """Exact for heads that are linear in terms; else the effect of leaving out each word or fact."""
    terms = MailTerms(model, mail, heads)
    return {head: terms.contributions(head) or _left_out(model, mail, head) for head in heads}


def raw_logits(model: LoadedModel, mails: DataFrame, head: str) -> dict[str, Floats]:
    """The logits of a head by mail key, by the code of the batch."""
    texts = with_text(mails, ("mail_key",), model.description.fields)
    rows = with_logits(texts, model).select("mail_key", f.col(f"raw_{head}").alias("raw")).collect()
    return {row.mail_key: np.asarray(row.raw) for row in rows}


def order_of_units(found: Contributions, lead: Floats, mail: DataFrame) -> list[Unit]:
    """What can be taken out of the mail, the strongest support of the best label first.

    A pair of words is gone with either of them, so both count it.
    """
    supports: dict[Unit, float] = {}
    for term, weights in found.terms.items():
        for unit in filter(None, (unit_of(part, mail.columns) for part in term.split(" "))):
            supports[unit] = supports.get(unit, 0.0) + float(weights @ lead)
    return sorted(supports, key=lambda unit: (-supports[unit], unit))


def shown(found: Contributions, lead: Floats) -> tuple[tuple[TermShown, ...], Mapping[str, float]]:
    """The terms that matter most for the lead, strongest first, and the sum of the others."""
    ordered = sorted(found.terms.items(), key=lambda item: (-abs(float(item[1] @ lead)), item[0]))
    told = [
        TermShown(term, float(weights @ lead), named(found.labels, weights))
        for term, weights in ordered[:SHOWN]
        if weights.any()
    ]
    rest = np.sum([np.zeros(len(found.labels)), *(weights for _, weights in ordered[SHOWN:])], axis=0)
    return tuple(told), named(found.labels, rest)


def named(labels: Sequence[str], figures: Floats) -> dict[str, float]:
    """The figures by label."""
    return {label: float(figure) for label, figure in zip(labels, figures, strict=True)}


def rival_of(said: Row) -> str | None:
    """The label next to the best one by score."""
    others = {label: score for label, score in said.scores.items() if label != said.best_label}
    return max(others, key=lambda label: others[label]) if others else None


def lead_over(labels: Sequence[str], best: str, rival: str | None) -> Floats:
    """What turns logits into the lead of `best`: itself, less that of the rival where there is one."""
    return np.array([float(label == best) - float(label == rival) for label in labels])


def _left_out(model: LoadedModel, mail: DataFrame, head: str) -> Contributions:
    units = _units(mail)
    logits = raw_logits(model, without(mail, [frozenset(), *(frozenset({u}) for u in units)]), head)
    whole = logits["0"]
    effects = {unit.name: whole - logits[str(n)] for n, unit in enumerate(units, start=1)}
    rest = whole - np.sum([np.zeros_like(whole), *effects.values()], axis=0)
    return Contributions(model.heads[head], effects, rest, exact=False)


def _units(mail: DataFrame) -> list[Unit]:
    text = f.lower(f.concat_ws(" ", "subject", "body"))
    words = f.array_distinct(f.regexp_extract_all(text, f.lit(r"(?<![<_\p{L}\p{N}])([\p{L}\p{N}]{2,})"), 1))
    row = mail.select(f.slice(words, 1, _OCCLUDED).alias("words")).first()
    terms = [
        *(row.words if row else []),
        *(f"fact={name}" for name in ("bulk", "list_mail", "reply", "attachments")),
    ]
    return [unit for unit in dict.fromkeys(unit_of(term, mail.columns) for term in terms) if unit is not None]
