"""From mail to the text that models read, and from that text to terms; all of it runs in the JVM.

Words of the subject and facts of the mail stand among the words with a mark that the text itself cannot hold
(`subject=invoice`, `fact=bulk`), because `=` is taken out of the text first.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.ml import Transformer
from pyspark.ml.feature import NGram, SQLTransformer
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from sparknlp.annotator import RegexTokenizer
from sparknlp.base import DocumentAssembler, Finisher

from triage.labelling.features.deadlines import text_facts
from triage.labelling.features.text_fields import TextField, newest_text, without_names

TEXT = "model_text"
PLAIN = "plain_text"
"""Subject and text as a reader sees them, for sentence embeddings."""

FLAGS = ("auto_submitted", "bulk", "list_mail", "bounce", "reply", "has_html")
BODY_CHARS = 8_000
"""Characters of the body that are looked at: what a mail wants stands at its head."""

WORDS = 1_000
"""Words that are looked at, facts and subject first."""

GRAM_WORDS = 120
"""Distinct words whose characters are looked at; the grams are the dear part."""

MOST_OF_A_TERM = 3
"""Occurrences that count: a word said often says little more than one said thrice (sublinear counts)."""

NOT_A_WORD = r"[^\p{L}\p{N}=]+"
"""What parts the words."""

_PSEUDONYM = r"<([A-Z_]+?)(?:_[0-9a-f]{4,}){0,2}>"
_WRITTEN_BREAK = r"\\[nrt]"
_SORTED = f"SELECT *, sort_array(slice(words, 1, {WORDS})) AS sorted_words FROM __THIS__"  # noqa: S608 - a constant of ours
_WORD_TERMS = f"""
SELECT *, filter(sorted_words, (w, i) -> i < {MOST_OF_A_TERM} OR w != sorted_words[i - {MOST_OF_A_TERM}]) AS words_terms
FROM __THIS__
"""  # noqa: S608 - a constant of ours
_GRAM_TERMS = rf"""
SELECT *, regexp_extract_all(
    concat(' ', array_join(slice(array_distinct(filter(words, w -> instr(w, '=') = 0)), 1, {GRAM_WORDS}), ' '), ' '),
    '(?=([ \\S]\\S{{2}}[ \\S]))', 1) AS grams_terms
FROM __THIS__
"""  # noqa: S608 - a constant of ours
"""Four characters of one word, a blank at its bounds counted; words of two stand whole."""


def with_text(
    mail: DataFrame, keep: Sequence[str], fields: Sequence[TextField] = ("subject", "body", "facts")
) -> DataFrame:
    """The columns `keep`, the marked text `TEXT` and the plain text `PLAIN`, from those of `fields` that `mail` has."""
    return mail.select(*keep, model_text(mail.columns, fields).alias(TEXT), _plain(mail.columns, fields).alias(PLAIN))


def written(columns: Sequence[str]) -> Column:
    """All that the sender wrote, subject first; empty where there is neither subject nor body."""
    return f.concat(*(f.coalesce(f.col(name), f.lit("")) for name in ("subject", "body") if name in columns))


def says_nothing(columns: Sequence[str]) -> Column:
    """Whether all of it is blanks and line breaks."""
    return ~written(columns).rlike(r"\S")


def model_text(columns: Sequence[str], fields: Sequence[TextField] = ("subject", "body", "facts")) -> Column:
    """The one text that terms are drawn from.

    Order: facts, subject words marked and plain, body. Pseudonyms lose their token (`<PERSON_7f3a…>` becomes
    `entity=person`), so that silver and placeholder text look the same.
    """
    facts = _facts(columns) if "facts" in fields else []
    facts += text_facts(columns) if "deadlines" in fields else []
    nameless = "nameless" in fields
    plain = [_cleaned(f.col("subject"), nameless=nameless)] if "subject" in columns and "subject" in fields else []
    marked = [f.regexp_replace(text, r"[\p{L}\p{N}=]+", "subject=$0") for text in plain]
    return f.concat_ws(
        " ", *facts, *marked, *plain, *(_cleaned(text, nameless=nameless) for text in _bodies(columns, fields))
    )


def _plain(columns: Sequence[str], fields: Sequence[TextField]) -> Column:
    subject = [f.col("subject")] if "subject" in columns and "subject" in fields else []
    unnamed = (f.regexp_replace(text, _PSEUDONYM, "$1") for text in _bodies(columns, fields))
    return f.concat_ws("\n", *subject, *unnamed)


def _bodies(columns: Sequence[str], fields: Sequence[TextField]) -> list[Column]:
    if "body" not in columns:
        return []
    body = f.substring(f.col("body"), 1, BODY_CHARS)
    if "newest" in fields:
        return [newest_text(body)]
    return [body] if "body" in fields else []


def _cleaned(text: Column, *, nameless: bool) -> Column:
    unmarked = f.replace(f.coalesce(text, f.lit("")), f.lit("="), f.lit(" "))
    unescaped = f.regexp_replace(unmarked, _WRITTEN_BREAK, " ")
    named = without_names(unescaped) if nameless else unescaped
    return f.regexp_replace(named, _PSEUDONYM, " entity=$1 ")


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


def word_stages() -> list[Transformer]:
    """`TEXT` to the column `words`: Spark NLP tokens, lower case, two characters or more."""
    tokenizer = RegexTokenizer().setInputCols(["document"]).setOutputCol("token")
    return [
        DocumentAssembler().setInputCol(TEXT).setOutputCol("document"),
        tokenizer.setPattern(NOT_A_WORD).setToLowercase(True).setMinLength(2),
        Finisher().setInputCols(["token"]).setOutputCols(["words"]),
    ]


def term_stages(block: str) -> list[Transformer]:
    """`words` to `<block>_terms`: the words themselves, pairs of neighbours, or grams of characters."""
    stages: dict[str, list[Transformer]] = {
        "words": [SQLTransformer(statement=_SORTED), SQLTransformer(statement=_WORD_TERMS)],
        "pairs": [NGram(n=2, inputCol="words", outputCol="pairs_terms")],
        "grams": [SQLTransformer(statement=_GRAM_TERMS)],
    }
    return stages[block]
