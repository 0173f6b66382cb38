"""The commands of jobs/review.py, a line each; what is slow to import is imported when a command runs."""

from __future__ import annotations

from triage.learning.command import Command
from triage.learning.page.command import SERVE
from triage.learning.review.commands.agreement import AGREEMENT
from triage.learning.review.commands.draw import DRAW
from triage.learning.review.commands.export import EXPORT
from triage.learning.review.commands.gold import GOLD
from triage.learning.review.commands.list import LIST

COMMANDS: tuple[Command, ...] = (DRAW, LIST, EXPORT, SERVE, AGREEMENT, GOLD)
"""In the order of the help."""
