"""Train and test parts that do not share a thread or a near-duplicate."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as f

TEST_SHARE = 20
"""Per cent of the groups that are held back."""

_SHINGLE = 4
_PREFIXES = r"^(\s*(re|aw|fwd?|wg|sv|antw|tr|rv)(\[\d+\])?\s*:\s*)+"


def split_of(columns: Sequence[str], seed: int) -> Column:
    """`train` or `test` by a hash of the mail's group, so that repeating it gives the same answer.

    The group is the thread where it is known, else the bare subject of three words or more, else the smallest
    hash among the text's 4-word shingles (MinHash, Broder 1997): near-duplicates mostly agree in it.
    """
    candidates = [f.col("thread_token")] if "thread_token" in columns else []
    if "subject" in columns:
        bare = f.lower(f.regexp_replace(f.lower("subject"), _PREFIXES, ""))
        candidates.append(f.when(f.size(_words(bare)) >= 3, f.array_join(_words(bare), " ")))
    group = f.coalesce(*candidates, _min_hash(f.col("body")).cast("string"))
    return f.when(f.pmod(f.xxhash64(group, f.lit(seed)), f.lit(100)) < TEST_SHARE, "test").otherwise("train")


def _words(text: Column) -> Column:
    return f.filter(f.split(f.lower(text), r"[^\p{L}]+"), lambda word: word != "")


def _min_hash(text: Column) -> Column:
    words = f.slice(_words(f.coalesce(text, f.lit(""))), 1, 400)
    starts = f.sequence(f.lit(1), f.greatest(f.lit(1), f.size(words) - (_SHINGLE - 1)))
    return f.array_min(f.transform(starts, lambda start: f.xxhash64(f.slice(words, start, _SHINGLE))))
