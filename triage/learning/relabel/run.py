"""Works a relabel off, chunk by chunk, from wherever a killed job left it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from triage.config import Settings
from triage.labelling.models import LoadedModel
from triage.labelling.taxonomy import Taxonomy
from triage.lake.store import Store
from triage.lake.tables import LABELS, RELABELS, ROUTES
from triage.learning.relabel.chunks import Chunk, chunks_left
from triage.learning.relabel.models import labeller
from triage.learning.relabel.rows import ChunkRows, added, chunk_rows, decided_by_staff
from triage.learning.relabel.work import Relabel, record
from triage.progress import Progress
from triage.routing.rules import Rules
from triage.spark.session import compile_queries
from triage.stages.relabels import CHUNK, DONE

_COMPILED_FROM = 20_000
"""Mails from which compiled queries earn the time to compile them (triage.spark.session.compile_queries)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What every chunk needs: the lake, the models by name, the heads, the rules in force."""

    settings: Settings
    store: Store
    models: Mapping[str, LoadedModel]
    taxonomy: Taxonomy
    rules: Rules
    progress: Progress


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A relabel that is done, with the sums over its chunks (columns of ops/relabels)."""

    work: Relabel
    figures: Mapping[str, Any]


def work_off(work: Relabel, tools: Tools) -> Relabelled:
    """Replaces the chunks that are left, and records that all is done. The lake's lock must be held."""
    chunks = chunks_left(work, tools.store, tools.settings.learning.relabel.chunk_mails)
    total = sum(chunk.mails for chunk in chunks)
    compile_queries(tools.store.spark, total >= _COMPILED_FROM)
    clock, done, began = monotonic(), 0, monotonic()
    for chunk in chunks:
        with tools.progress.stage("relabel", _note(chunk, done, total, monotonic() - began)):
            clock = _replace(chunk, work, tools, clock)
        done += chunk.mails
    return _finished(work, tools.store, monotonic() - clock)


def _replace(chunk: Chunk, work: Relabel, tools: Tools, clock: float) -> float:
    """Figures, then routes, then labels; returns when the figures were recorded.

    The figures come first because nothing can tell them afterwards, the labels last because they tell which mails the
    bad version labelled: killed anywhere in between, the chunk is worked again and ends the same.
    """
    heads = chunk.heads or frozenset(head.name for head in tools.taxonomy.heads)
    champion = labeller(tools.models, tools.settings, tools.taxonomy, sorted(heads))
    staff = decided_by_staff(tools.store)
    with chunk_rows(chunk, work, tools.store, champion, tools.rules, staff) as rows:
        if not chunk.is_recorded:
            clock = _record_figures(chunk, work, tools.store, rows, clock)
        tools.store.replace_batches(ROUTES, rows.routes, chunk.batches, work.relabel_id)
        tools.store.replace_batches(LABELS, rows.labels, chunk.batches, work.relabel_id)
    return clock


def _record_figures(chunk: Chunk, work: Relabel, store: Store, rows: ChunkRows, clock: float) -> float:
    figures, now = rows.figures(), monotonic()
    record(work, store, CHUNK, chunk.batches[-1], **figures, seconds=now - clock)
    return now


def _finished(work: Relabel, store: Store, seconds: float) -> Relabelled:
    columns = RELABELS.column_names
    chunks = list(store.rows(RELABELS, columns, relabel_id=[work.relabel_id], phase=[CHUNK]))
    figures = added(chunks)
    figures["seconds"] += seconds
    record(work, store, DONE, store.last_batch(LABELS), **figures)
    return Relabelled(work, figures)


def _note(chunk: Chunk, done: int, total: int, seconds: float) -> str:
    """Which batches are at work, how far it is, and how long the rest takes at the speed so far."""
    batches = f"batches {chunk.batches[0]} to {chunk.batches[-1]}" if chunk.batches[1:] else f"batch {chunk.batches[0]}"
    left = f", {_duration(seconds / done * (total - done))} left" if done else ""
    return f"{batches}: {done + chunk.mails:,} of {total:,} mails{left}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
