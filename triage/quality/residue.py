"""Detects residue in rows before they are published, with patterns of the JVM that share no code with the detectors."""

from __future__ import annotations

from collections.abc import Collection

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.lake.tables import TAGGER_FALLBACK
from triage.privacy.lexicon.iban import IBAN_LENGTHS

PATTERNS: dict[str, str] = {
    "EMAIL_ADDRESS": r"@(?<=[A-Za-z0-9][\w.+-]{0,63}@)[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}\b",
    "US_SSN": r"(?=\d{3}-)(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])",
    "IBAN_CODE": rf"(?=[A-Z]{{2}}\d{{2}} )\b(?:{'|'.join(sorted(IBAN_LENGTHS))})\d{{2}}(?: [A-Z0-9]{{4}}){{3,7}}+(?: [A-Z0-9]{{1,3}})?+(?![ ]?[A-Z0-9])",
    "CREDIT_CARD": r"[3-6](?<![\w.,-].)\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?![\w-]|[.,]\d)",
    "PHONE_NUMBER": r"\+(?<![\w+].)\d{1,3}[ .-]\(?\d{2,5}\)?[ .-]\d{3,4}[ .-]?\d{3,5}(?![\w.-])",
    "SECRET": r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----",
}
"""What plain form of an entity must not be left: each linear in the text.

Each begins with the characters that it cannot do without, and looks back only behind these: the JVM tries a pattern at
every place of a text.
"""

_COUNTS = "array<struct<stage: string, measure: string, n: bigint>>"
_TOKEN = r"<[A-Z][A-Z_]{1,30}_[0-9a-f]{6}_[0-9a-f]{16}>"


def residue(hidden: Collection[str], allowed: Collection[str] = ()) -> Column:
    """The entities, of those that the policy hides, that a silver row still shows; an array, empty as a rule.

    The terms that the policy allows are none.
    """
    terms = "|".join(rf"\Q{term}\E" for term in sorted(allowed, key=len, reverse=True))
    tokens = rf"(?iu){terms}|{_TOKEN}" if terms else _TOKEN
    sought = {entity: pattern for entity, pattern in PATTERNS.items() if entity in hidden}
    if not sought:
        return f.array().cast("array<string>")

    def found(text: Column) -> Column:
        return f.array(*[f.when(text.rlike(pattern), f.lit(entity)) for entity, pattern in sought.items()])

    text = f.regexp_replace(_published_text(), tokens, " ")
    return f.array_compact(f.flatten(f.transform(f.array(text), found)))  # so the text is put together once


def _published_text() -> Column:
    names = f.array_join(f.transform("attachments", lambda attachment: attachment["name"]), "\n")
    events = f.array_join(f.transform("events", lambda event: event["what"]), "\n")
    people = f.to_json(f.struct("sender", "recipients"))
    return f.concat_ws("\n", "subject", "body", names, events, people)


def privacy_counts(judged: DataFrame) -> dict[tuple[str, str], int]:
    """What detection did in a batch, by stage and measure.

    Counted are findings by entity, mails held by what was left, and mails whose names spaCy's own code tagged. One
    pass: two over a frame that is kept but not yet computed could compute a part twice.
    """
    published = f.when(f.size("reasons") == 0, f.map_entries("entity_counts"))
    finds = f.transform(published, lambda find: _count("entities", find["key"], find["value"]))
    left = f.transform("residue", lambda entity: _count("residue", entity, f.lit(1)))
    fallback = f.when(f.col(TAGGER_FALLBACK), f.array(_count("anonymize", f.lit(TAGGER_FALLBACK), f.lit(1))))
    every = f.concat(*(f.coalesce(counts, f.array().cast(_COUNTS)) for counts in (finds, left, fallback)))
    counted = judged.select(f.inline(every)).groupBy("stage", "measure").agg(f.sum("n").alias("n"))
    return {(row.stage, row.measure): int(row.n) for row in counted.collect()}


def _count(stage: str, measure: Column, n: Column) -> Column:
    return f.struct(f.lit(stage).alias("stage"), measure.alias("measure"), n.cast("long").alias("n"))
