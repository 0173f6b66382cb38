"""Removes words and facts from a mail, and measures their effect on a head that is not linear in terms.

Occlusion after Zeiler & Fergus, Visualizing and Understanding Convolutional Networks (2014).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.labelling.explanation.contributions import Contributions
from triage.labelling.families import with_logits
from triage.labelling.features.terms import with_text
from triage.labelling.linear.pipeline_weights import Floats
from triage.labelling.models import LoadedModel

_MAX_OCCLUDED = 80
"""Words that are removed one by one."""

_KEPT = frozenset({"language"})
"""Facts that are never removed, because they decide which rules of labelling apply."""

_REMOVED = "removed_pattern"


@dataclass(frozen=True, order=True)
class Unit:
    """What can be removed from a mail: all occurrences of a word, all pseudonyms of an entity, or a fact."""

    name: str
    pattern: str = ""
    """Java pattern in subject and body."""

    column: str = ""
    """Column of silver/mail that becomes unknown."""


def unit_of(term: str, columns: Collection[str]) -> Unit | None:
    """The unit whose removal removes a term; None for a term that is not a single word or fact."""
    field, marked, value = term.rpartition("=")
    if field.split("=")[0] == "fact" or (not marked and not value):
        name = term.removeprefix("fact=").split("=")[0]
        return Unit(f"fact={name}", column=name) if name in columns and name not in _KEPT else None
    if field == "entity":
        return Unit(term, pattern=f"<{re.escape(value.upper())}(?:_[0-9a-f]{{4,}}){{0,2}}>")
    if not re.fullmatch(r"\w+", value):
        return None
    return Unit(value, pattern=rf"(?<![\p{{L}}\p{{N}}]){re.escape(value)}(?![\p{{L}}\p{{N}}])")


def without(mail: DataFrame, variants: Sequence[frozenset[Unit]]) -> DataFrame:
    """One row for each variant of the one mail, without the variant's units; `mail_key` is the variant's number.

    Spark changes the text; it is not collected to the driver.
    """
    rows = [(str(n), *_removal(units)) for n, units in enumerate(variants)]
    schema = f"variant string, {_REMOVED} string, removed_columns array<string>"
    removals = mail.sparkSession.createDataFrame(rows, schema).coalesce(1)
    changed = mail.drop("mail_key").crossJoin(f.broadcast(removals))
    columns = [
        f.col("variant").alias("mail_key"),
        *(_changed(field) for field in mail.schema if field.name != "mail_key"),
    ]
    return changed.select(*columns)


def occlusion_effects(model: LoadedModel, mail: DataFrame, head: str) -> Contributions:
    """The effect of leaving out each word or fact of the mail, for a head that is not linear in terms."""
    units = _units(mail)
    logits = raw_logits(model, without(mail, [frozenset(), *(frozenset({u}) for u in units)]), head)
    whole = logits["0"]
    effects = {unit.name: whole - logits[str(n)] for n, unit in enumerate(units, start=1)}
    rest = whole - np.sum([np.zeros_like(whole), *effects.values()], axis=0)
    return Contributions(model.heads[head], effects, rest, exact=False)


def raw_logits(model: LoadedModel, mails: DataFrame, head: str) -> dict[str, Floats]:
    """The logits of a head by mail key, computed by the same code as in a batch."""
    texts = with_text(mails, ("mail_key",), model.description.fields)
    rows = with_logits(texts, model).select("mail_key", f.col(f"raw_{head}").alias("raw")).collect()
    return {row.mail_key: np.asarray(row.raw) for row in rows}


def _removal(units: frozenset[Unit]) -> tuple[str | None, list[str]]:
    patterns = sorted(unit.pattern for unit in units if unit.pattern)
    joined = f"(?iu)(?:{'|'.join(patterns)})" if patterns else None
    return joined, sorted(unit.column for unit in units if unit.column)


def _changed(field: t.StructField) -> Column:
    column = f.col(field.name)
    if field.name in ("subject", "body"):
        removed = f.regexp_replace(column, f.col(_REMOVED), f.lit(" "))
        return f.when(f.col(_REMOVED).isNull(), column).otherwise(removed).alias(field.name)
    unknown = f.lit(False) if isinstance(field.dataType, t.BooleanType) else f.lit(None).cast(field.dataType)
    is_removed = f.array_contains("removed_columns", field.name)
    return f.when(is_removed, unknown).otherwise(column).alias(field.name)


def _units(mail: DataFrame) -> list[Unit]:
    text = f.lower(f.concat_ws(" ", "subject", "body"))
    words = f.array_distinct(f.regexp_extract_all(text, f.lit(r"(?<![<_\p{L}\p{N}])([\p{L}\p{N}]{2,})"), 1))
    row = mail.select(f.slice(words, 1, _MAX_OCCLUDED).alias("words")).first()
    terms = [
        *(row.words if row else []),
        *(f"fact={name}" for name in ("bulk", "list_mail", "reply", "attachments")),
    ]
    return [unit for unit in dict.fromkeys(unit_of(term, mail.columns) for term in terms) if unit is not None]
