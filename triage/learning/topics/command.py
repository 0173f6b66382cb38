"""`jobs/topics.py`: prints proposals for a head's labels, and writes them as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS
from triage.learning.topics.mails import read_mails
from triage.learning.topics.proposals import Proposal, find_proposals
from triage.monitoring.performance.corrections import in_force
from triage.privacy.lexicon.name_test import name_test
from triage.progress import Progress
from triage.routing.rules import load_rules
from triage.spark.session import spark_session

_LANGUAGES = 4
"""Languages, the most frequent, by whose lists a word is a name."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What should change in the labels of a head, and how many mails say so."""

    head: str
    mails: int
    days: int
    proposals: tuple[Proposal, ...]


def propose(settings: Settings, head: str, progress: Progress) -> Proposed:
    """What should change in the labels of `head`, by the mail of the `learning.topics.days` days before the newest.

    Raises ConfigError for an unknown head, or where there is no lake.
    """
    about = load_taxonomy(settings).require(head, "--head")
    store = Store(lambda: spark_session(settings, "topics"), settings.lake.root)
    require_lake(store)
    options = settings.learning.topics
    with progress.stage("read", f"mail of {options.days} days"):
        mails = read_mails(store, head, options.days, options.most_mails)
    with progress.stage("cluster", f"{len(mails)} mails"):
        languages = [name for name, _ in Counter(mail.language for mail in mails).most_common(_LANGUAGES)]
        rows = (row for row in store.rows(CORRECTIONS, CORRECTIONS.column_names, head=[head]))
        queue = load_rules(settings, {one.name: one.labels for one in load_taxonomy(settings)}).default.queue
        found = find_proposals(mails, about.labels, in_force(list(rows)), options, queue, name_test(languages))
    return Proposed(head, len(mails), options.days, tuple(found))


def print_proposals(found: Proposed) -> None:
    """A line for each, with keys of mails to look at."""
    console = Console(soft_wrap=not found.proposals)
    if not found.proposals:
        console.print(_nothing(found), markup=False)
        return
    title = f"proposals for the head {found.head}, from {found.mails} mails"
    table = Table("change", "why", "mails to look at", title=title, show_lines=True)
    for one in found.proposals:
        table.add_row(one.change, Text(one.sentence), Text("\n".join(key[:16] for key in one.examples[:3])))
    console.print(table)


def _nothing(found: Proposed) -> str:
    """Why there is no proposal; of no mail nothing can be said."""
    if not found.mails:
        return f"No mail has labels of {found.head}, so nothing can be said. Label mail with jobs/nightly.py first."
    mails = f"{found.mails} mails of the {found.days} days before the newest"
    return f"The labels of {found.head} fit {mails}: there is nothing to propose."


def write_proposals(proposals: Sequence[Proposal], path: Path) -> None:
    """JSON with whole mail keys. Raises ConfigError where it cannot be written."""
    try:
        path.write_text(json.dumps([asdict(one) for one in proposals], indent=1, ensure_ascii=False), encoding="utf-8")
    except OSError as fault:
        raise ConfigError(
            f"The proposals cannot be written: {fault.strerror}.", where=str(path), remedy="Choose another place."
        ) from None
