"""From mail to sparse features: Spark NLP words and character 4-grams, hashed, weighed by IDF, length 1.

All of it runs in the JVM. Words of the subject and facts of the mail stand among the words with a mark that
the text itself cannot hold (`subject=invoice`, `fact=bulk`), because `=` is taken out of the text first.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.ml import PipelineModel, Transformer
from pyspark.ml.feature import HashingTF, SQLTransformer
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from sparknlp.annotator import RegexTokenizer
from sparknlp.base import DocumentAssembler, Finisher

TEXT = "model_text"
COUNTS = "counts"

FLAGS = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")
BODY_CHARS = 8_000
"""Characters of the body that are looked at: what a mail wants stands at its head."""

GRAM_WORDS = 300
"""Words whose characters are looked at, subject first; the grams are the dear part."""

_NOT_A_WORD = r"[^\p{L}\p{N}=]+"
_PSEUDONYM = r"<([A-Z_]+?)(?:_[0-9a-f]{4,}){0,2}>"
_WRITTEN_BREAK = r"\\[nrt]"
_TERMS = f"""
SELECT *, concat(words, regexp_extract_all(
    upper(concat(' ', array_join(filter(slice(words, 1, {GRAM_WORDS}), w -> instr(w, '=') = 0), ' '), ' ')),
    '(?s)(?=(.{{4}}))', 1)) AS terms
FROM __THIS__
"""  # noqa: S608 - a constant of ours
"""Words stay lower case and grams are upper case, so that the word `file` and the gram `FILE` differ."""


def model_text(columns: Sequence[str]) -> Column:
    """The one text that the pipeline reads, from those of silver's columns that are there.

    Order: subject words plain and marked, facts, body. Pseudonyms lose their token
    (`<PERSON_7f3a…>` becomes `entity=person`), so that silver and placeholder text look the same.
    """
    plain = [_cleaned(f.col("subject"))] if "subject" in columns else []
    marked = [f.regexp_replace(text, r"[\p{L}\p{N}=]+", "subject=$0") for text in plain]
    body = [_cleaned(f.substring(f.col("body"), 1, BODY_CHARS))] if "body" in columns else []
    return f.concat_ws(" ", *plain, *body, *marked, *_facts(columns))


def _cleaned(text: Column) -> Column:
    unmarked = f.translate(f.coalesce(text, f.lit("")), "=", " ")
    unescaped = f.regexp_replace(unmarked, _WRITTEN_BREAK, " ")
    return f.regexp_replace(unescaped, _PSEUDONYM, " entity=$1 ")


def _facts(columns: Sequence[str]) -> list[Column]:
    """Pseudo-words; null (and so left out) where the fact does not hold or is unknown."""
    facts = [f.when(f.col(flag), f.lit(f"fact={flag}")) for flag in FLAGS if flag in columns]
    if "attachments" in columns:
        facts.append(f.when(f.size("attachments") > 0, f.lit("fact=attachments")))
    if "importance" in columns:
        facts.append(f.concat(f.lit("fact=importance="), f.col("importance").cast("string")))
    if "language" in columns:
        facts.append(f.concat(f.lit("fact=language="), f.col("language")))
    return facts


def with_text(mail: DataFrame, keep: Sequence[str]) -> DataFrame:
    """The columns `keep` and the text that the pipeline reads."""
    return mail.select(*keep, model_text(mail.columns).alias(TEXT))


def counting_stages(hash_bits: int) -> list[Transformer]:
    """Text to a sparse vector of 2^hash_bits counts, one a hashed term.

    One HashingTF over all terms, because VectorAssembler would name every place in the column's metadata:
    tens of megabytes that travel with each row that is collected.
    """
    tokenizer = RegexTokenizer().setInputCols(["document"]).setOutputCol("token")
    return [
        DocumentAssembler().setInputCol(TEXT).setOutputCol("document"),
        tokenizer.setPattern(_NOT_A_WORD).setToLowercase(True).setMinLength(2),
        Finisher().setInputCols(["token"]).setOutputCols(["words"]),
        SQLTransformer(statement=_TERMS),
        HashingTF(inputCol="terms", outputCol=COUNTS, numFeatures=2**hash_bits),
    ]


def counted(text: DataFrame, hash_bits: int, keep: Sequence[str]) -> DataFrame:
    """The columns `keep` and the hashed counts of the text."""
    return PipelineModel(counting_stages(hash_bits)).transform(text).select(*keep, COUNTS)
