"""Version 4: tables get the columns that were declared since version 2.

Among them are those by which answers and threads are told: when a mail came, whether the company sent it, what it
refers to. In older rows they stay null.
"""

from __future__ import annotations

from triage.lake.migrations.declared_columns import add_declared_columns
from triage.lake.migrations.migration import Migration

FACTS_OF_ANSWERS = Migration(4, "facts of answers and threads", add_declared_columns)
