"""A sample of every mailbox format through the nightly job: every mail once, and counts that balance."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_nightly import models_of
from tests.lakes import Lake
from tests.mail.formats.samples import COUNT, FILES

pytestmark = pytest.mark.slow

DISTINCT = 5 * COUNT + 1
"""The mails of mailboxes and archives, rows of tables, Graph's, tickets, those of mboxcl2, and Outlook's one."""


def test_every_format_in_one_night(tmp_path: Path, trained: Lake) -> None:
    for name, (file, data, _) in FILES.items():
        (tmp_path / "exports" / name).mkdir(parents=True)
        (tmp_path / "exports" / name / file).write_bytes(data)
    (tmp_path / "exports" / "mbox" / "a.pdf").write_bytes(b"%PDF-1.7\n")
    lake = Lake(tmp_path / "lake")
    counts = lake.nightly(tmp_path / "exports", options=models_of(trained))
    found = [counts[f"messages_{name}"] for name in ("read", "new", "published", "quarantined")]
    assert found == [sum(count for _, _, count in FILES.values()) + 1, DISTINCT + 1, DISTINCT, 1]
    assert [row["reasons"] for row in lake.rows("quarantine/mail")] == [["PDF_DOCUMENT"]]
