"""Generates mails and their variants, and compares what is decided about them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from random import Random

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.pipeline.counterfactual.comparison import Pair
from triage.pipeline.counterfactual.decisions import Decision, decide
from triage.pipeline.counterfactual.variants import Case, case_of
from triage.privacy.pseudonyms.keys import load_keys
from triage.progress import Progress
from triage.routing.rules import load_rules
from triage.samples.generator import BLOCK, generate
from triage.spark.session import spark_session


def counterfactual(settings: Settings, mails: int, seed: int, progress: Progress) -> list[Pair]:
    """The decisions about `mails` generated mails, each beside those about its variants. Writes no table.

    Raises ConfigError for fewer than one mail, ModelError where no label model is valid.
    """
    if mails < 1:
        raise ConfigError("There is no mail to compare.", where=f"--mails {mails}", remedy="Ask for one mail or more.")
    rules = load_rules(settings, {head.name: head.labels for head in load_taxonomy(settings)})
    cases = list(islice(_cases(settings, seed), mails))
    with progress.stage("start Spark"):
        from triage.labelling.promotion.first_model import ensure_champion  # brings what loads models with it
        from triage.privacy.anonymizer import Anonymizer

        spark = spark_session(settings, "counterfactual")
        champion, engine = ensure_champion(spark, settings), Anonymizer(settings, load_keys(settings))
    every = [mail for case in cases for mail in (case.mail, *(variant.mail for variant in case.variants))]
    with progress.stage("decide", f"{len(cases):,} mails, {len(every) - len(cases):,} variants"):
        decisions = iter(decide(every, spark, engine, champion, rules))
    return [pair for case in cases for pair in _pairs(case, decisions)]


def _cases(settings: Settings, seed: int) -> Iterator[Case]:
    """An endless stream of generated mails without built-in faults, with their variants."""
    random = Random(seed)  # noqa: S311 - a seed must give the same mails again
    for block in count():
        for sample in generate(BLOCK, seed, block * BLOCK):
            case = None if sample.hostile or sample.duplicate else case_of(sample, settings.limits, random)
            if case is not None:
                yield case


def _pairs(case: Case, decisions: Iterator[Decision]) -> Iterator[Pair]:
    before = next(decisions)
    for variant in case.variants:
        yield Pair(variant.swap, before, next(decisions))
