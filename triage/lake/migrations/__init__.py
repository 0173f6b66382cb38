"""Migrations of a lake's format, in order: one file and one line each.

A migration brings a lake of the version before to its own. It is applied at the start of a run, under the lake's lock,
and may be killed anywhere: it must find a lake in which it was applied in part, or wholly, and end it.
"""

from __future__ import annotations

from triage.lake.migrations.data_keys import DATA_KEY_SEALS
from triage.lake.migrations.declared_columns import DECLARED_COLUMNS
from triage.lake.migrations.facts_of_answers import FACTS_OF_ANSWERS
from triage.lake.migrations.migration import Migration

MIGRATIONS: tuple[Migration, ...] = (DECLARED_COLUMNS, DATA_KEY_SEALS, FACTS_OF_ANSWERS)
