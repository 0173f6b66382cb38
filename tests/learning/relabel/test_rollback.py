"""A rollback leaves the tables as if the bad model had never been, whatever killed it in between."""

from __future__ import annotations

import json
from typing import Any

from tests.learning.relabel.lakes import BAD, BUNDLE, GOOD, SmallLake
from triage.cli import progress_console
from triage.lake.tables import PROMOTIONS
from triage.learning.relabel.report import write_page
from triage.learning.relabel.rollback import RollbackRequest, rollback
from triage.progress import Progress
from triage.stages.relabels import unfinished_relabels

REQUEST = RollbackRequest(GOOD, "worse than before")


def roll_back(lake: SmallLake, request: RollbackRequest = REQUEST) -> Any:
    return rollback(lake.settings, request, Progress(progress_console))


def test_the_tables_are_those_of_a_run_that_never_saw_the_bad_model(bad: SmallLake, good: SmallLake) -> None:
    assert bad.tables() != good.tables()
    done = roll_back(bad)
    assert bad.tables() == good.tables()
    assert done.figures["mails"] == 36
    assert bad.registry.champion_version(BUNDLE) == GOOD
    assert bad.registry.good_versions(BUNDLE) == (GOOD,)
    assert unfinished_relabels(bad.store) == []
    (decision,) = bad.store.rows(PROMOTIONS, PROMOTIONS.column_names)
    assert (decision["decision"], decision["version"], decision["reason"]) == ("rolled_back", BAD, "worse than before")
    page = write_page(done, bad.settings)
    assert json.loads(page.with_suffix(".json").read_text("utf-8"))["mails"] == 36
