"""Rows that belong together: one thread, one subject, or nearly the same words.

Near-duplicates are found by MinHash over shingles of words and locality-sensitive hashing in bands (Broder 1997;
Indyk & Motwani 1998), checked by the share of equal hashes, and joined transitively. Spark makes the hashes; only
they come to the driver, `SKETCH` numbers a row at most, and no text.

Soundness. Two texts of Jaccard similarity s agree in one min-hash with probability s (Broder 1997): the smallest hash
of their union is as likely to be any of its shingles. They become a candidate pair where they agree in all hashes of a
band, with probability 1 - (1 - s^BAND_HASHES)^BANDS, and a pair where at least `ALIKE` of all hashes agree, a binomial
probability. With independent hashes both together miss 49 % of the pairs of s = 0.5, 15 % at 0.6, 1.9 % at 0.7, 0.08 %
at 0.8 and 0.0003 % at 0.9: what is nearly the same text is grouped, what merely resembles it may not be. Groups are
joined transitively, so a missed pair matters only where no chain leads around it. A group that falls apart can put one
part among the training rows and the other among the held-out rows, which flatters the figures and harms no model. A
sketch of a longer text holds its smallest hashes, the same ones for shingles that two texts share, so texts of like
length keep their similarity; one that is a small part of the other loses it, and it was below `ALIKE` before.

datasketch computes the same hashes; its index yields every pair of a bucket, which is quadratic where thousands of
mails are alike (automatic ones). `_bucket_pairs` yields at most two pairs a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column
from pyspark.sql import functions as f
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

SHINGLE = 4
"""Words a shingle; a shorter text is one shingle."""

WORDS = 400
"""Words of a text that count, from its start."""

BANDS, BAND_HASHES = 10, 3
HASHES = BANDS * BAND_HASHES
ALIKE = 0.5
"""Share of equal hashes from which two texts are near-duplicates; it estimates their Jaccard similarity."""

SKETCH = 64
"""Hashes of a text that come to the driver."""

SUBJECT_WORDS = 3
"""A bare subject of fewer words names no thread: `meeting` or `your invoice` are common to many."""

PREFIXES = r"^(\s*(re|aw|fwd?|wg|sv|antw|tr|rv)(\[\d+\])?\s*:\s*)+"
_ODD = 0x9E3779B97F4A7C15

Longs = npt.NDArray[np.int64]


def hash_columns(columns: Sequence[str]) -> list[Column]:
    """Columns thread (hash of the thread, else of the bare subject, 0 without either) and sketch (array<long>)."""
    candidates = [f.col("thread_token")] if "thread_token" in columns else []
    if "subject" in columns:
        bare = words(f.regexp_replace(f.lower("subject"), PREFIXES, ""))
        candidates.append(f.when(f.size(bare) >= SUBJECT_WORDS, f.array_join(bare, " ")))
    thread = f.coalesce(*candidates) if candidates else f.lit(None).cast("string")
    return [
        f.when(thread.isNull(), f.lit(0).cast("long")).otherwise(f.xxhash64(thread)).alias("thread"),
        _sketch(f.col("body")).alias("sketch"),
    ]


def words(text: Column) -> Column:
    """The words of a text in lower case."""
    return f.filter(f.split(f.lower(text), r"[^\p{L}]+"), lambda word: word != "")


def _sketch(text: Column) -> Column:
    """The `SKETCH` smallest hashes of a text's shingles, a fair sample of them all; none for a text without words."""
    head = f.slice(words(f.coalesce(text, f.lit(""))), 1, WORDS)
    hashes = f.element_at(f.transform(f.array(head), _shingle_hashes), 1)
    return f.slice(f.sort_array(f.array_distinct(hashes)), 1, SKETCH)


def _shingle_hashes(found: Column) -> Column:
    starts = f.sequence(f.lit(1), f.greatest(f.lit(1), f.size(found) - (SHINGLE - 1)))
    hashes = f.transform(starts, lambda start: f.xxhash64(f.slice(found, start, SHINGLE)))
    return f.when(f.size(found) > 0, hashes).otherwise(f.array().cast("array<long>"))


def min_hashes(sketches: Iterable[Sequence[int] | Longs]) -> Longs:
    """Rows × HASHES: each sketch's smallest hash under each of some orders; all 0 for an empty sketch.

    An order is a multiplication with an odd number modulo 2^64.
    """
    halves = np.random.default_rng(0).integers(2**63, size=HASHES, dtype=np.uint64)
    factors = halves * np.uint64(2) + np.uint64(1)
    found = [_min_hash(np.asarray(sketch, dtype=np.int64), factors) for sketch in sketches]
    return np.array(found, dtype=np.int64).reshape(-1, HASHES)


def _min_hash(sketch: Longs, factors: npt.NDArray[np.uint64]) -> Longs:
    if not len(sketch):
        return np.zeros(HASHES, dtype=np.int64)
    return np.asarray((sketch.view(np.uint64)[:, None] * factors).min(axis=0).view(np.int64))


def group_numbers(threads: Longs, hashes: Longs, alike: float = ALIKE) -> Longs:
    """The number of each row's group: rows of one thread or of a chain of near-duplicates share it.

    `threads`: one a row, 0 for unknown. `hashes`: rows × HASHES, all 0 for a row without words. `alike`: share of
    equal hashes from which two rows are near-duplicates.
    """
    rows = len(threads)
    known = np.flatnonzero(threads)
    pairs = [_bucket_pairs(known, threads[known])]
    worded = np.flatnonzero(hashes.any(axis=1))
    for band in range(BANDS):
        columns = hashes[worded, band * BAND_HASHES : (band + 1) * BAND_HASHES]
        pairs.append(_similar(_bucket_pairs(worded, _band_keys(columns)), hashes, alike))
    ones, others = np.concatenate(pairs, axis=1)
    graph = coo_matrix((np.ones(len(ones), dtype=np.int8), (ones, others)), shape=(rows, rows))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _band_keys(columns: Longs) -> Longs:
    """One key a row for the hashes of a band. Rows of other hashes that collide are sorted out by `_similar`."""
    mixed = np.zeros(len(columns), dtype=np.uint64)
    for column in columns.T:
        mixed = (mixed ^ column.astype(np.uint64)) * np.uint64(_ODD)
        mixed ^= mixed >> np.uint64(29)
    return mixed.astype(np.int64)


def _bucket_pairs(rows: Longs, keys: Longs) -> Longs:
    """Pairs of rows with equal keys, 2 × pairs: each row with the one before it and with the first of its bucket.

    Their number is linear in the rows. A bucket holds texts that agree in a whole band, so that most are alike and the
    chain of neighbours joins them; where one is not, the pairs with the first row, and the other bands, lead around it.
    """
    order = np.lexsort((rows, keys))
    keys, rows = keys[order], rows[order]
    same = np.flatnonzero(keys[1:] == keys[:-1]) + 1
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.array([], dtype=np.int64)
    first = starts[np.searchsorted(starts, same, side="right") - 1]
    return np.concatenate([[rows[same - 1], rows[same]], [rows[first], rows[same]]], axis=1)


def _similar(pairs: Longs, hashes: Longs, alike: float) -> Longs:
    """The pairs whose hashes agree in a share of at least `alike`."""
    share = (hashes[pairs[0]] == hashes[pairs[1]]).mean(axis=1)
    return pairs[:, share >= alike]
