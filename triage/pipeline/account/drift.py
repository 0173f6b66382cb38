"""The drift of a run: reads its references, compares its profile with them, and names the terms that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.config import Settings
from triage.monitoring.drift.compare import compare
from triage.monitoring.drift.term_words import SampledMail, moved_terms, sample_words, term_words, with_words
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.profiles.profile_file import ModelProfile
from triage.monitoring.record import DriftRow
from triage.monitoring.view import Reference
from triage.pipeline.account.memory import Memory
from triage.pipeline.account.references import read_references
from triage.pipeline.account.soft import softly
from triage.privacy.lexicon.name_test import name_test

_LANGUAGES = 4
"""Languages of the run, the most frequent, whose word lists name terms."""

_SAMPLE_CHARS = 8_000
"""Characters of a mail of the sample that are read, as for its terms."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The rows of a run, the references that they are of, and a sentence for each reference that was refused.

    `failed` says that it could not be measured.
    """

    rows: Sequence[DriftRow] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    failed: bool = False


def measure_drift(
    memory: Memory, settings: Settings, model: ModelProfile | None, profile: Profile, silver: DataFrame
) -> Drift:
    """The drift of the run `memory.record`, whose published mails `silver` holds.

    `model` is the profile stored with the label model. Drift only informs: a fault of it is logged by type, since its
    text may hold a value, the run goes on, and the alert `metric_failed` says so.
    """

    def measured() -> Drift:
        read = read_references(memory, settings, model).references
        rows = compare(memory.record.run_id, profile, read.found, settings.monitoring)
        return Drift(_named(rows, profile, silver, settings), read.found, read.refused)

    return softly("The drift of this run could not be measured", measured, Drift(failed=True))


def _named(rows: list[DriftRow], profile: Profile, silver: DataFrame, settings: Settings) -> list[DriftRow]:
    """The rows with words for the terms that moved. Without words they stay.

    Mails are read only where the public lists do not name every such term, and then few of them.
    """
    terms = moved_terms(rows)
    if not terms:
        return rows
    languages = [language for language, _ in profile.run.counts("language").counts.most_common(_LANGUAGES)]
    named = term_words(terms, {}, languages, is_name := name_test(languages))
    if terms - named.keys():

        def with_mails() -> dict[int, str]:
            words = sample_words(_sample(silver, terms, settings.monitoring.drift.named_mails))
            return term_words(terms, words, languages, is_name)

        named = softly("No mails were read to name the terms that moved", with_mails, named)
    return with_words(rows, named)


def _sample(silver: DataFrame, terms: frozenset[int], mails: int) -> list[SampledMail]:
    """Up to so many mails that have one of the terms.

    They are chosen by columns without text, and only until they are enough. Text is then decoded of the chosen mails'
    batches alone, since Delta's statistics know the batch of a file; within its files, Parquet must decode more than
    the chosen rows, because mail keys lie in no order.
    """
    if not mails:
        return []
    having = f.arrays_overlap("terms", f.array(*map(f.lit, sorted(terms))))
    chosen = silver.where(having).select("mail_key", "batch_id").limit(mails).collect()
    if not chosen:
        return []
    keys, batches = [row.mail_key for row in chosen], sorted({row.batch_id for row in chosen})
    text = f.concat_ws("\n", "subject", f.substring("body", 1, _SAMPLE_CHARS))
    found = silver.where(f.col("batch_id").isin(batches) & f.col("mail_key").isin(keys))
    return [SampledMail(*row) for row in found.select("sender.address", text).collect()]
