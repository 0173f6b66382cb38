"""Blanks in MLflow the reasons of decisions on models that name a person, as ops/promotions loses them."""

from __future__ import annotations

from collections.abc import Sequence

from triage.config import Settings
from triage.labelling.registry.stated_reasons import blank_reasons
from triage.lake.store import Store
from triage.lake.tables import PROMOTIONS
from triage.rights.erasure.blanking import ERASED
from triage.rights.search.persons import Person, clear_terms, token_pattern
from triage.rights.search.scanner import Scanner


def blank_decisions(persons: Sequence[Person], settings: Settings, store: Store) -> None:
    """To be called while ops/promotions still has the reasons, which say whether MLflow, slow to open, is asked at all.

    Raises TransientError where the registry does not answer; nothing was changed then.
    """
    scanner, tokens = Scanner(clear_terms(persons)), token_pattern(persons)

    def is_naming(reason: str) -> bool:
        return bool(scanner.find(reason.encode()) or tokens.search(reason))

    if any(is_naming(row["reason"]) for row in store.rows(PROMOTIONS, ("reason",))):
        blank_reasons(settings, is_naming, ERASED)
