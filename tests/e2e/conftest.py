"""Lakes that the tests of this folder share."""

from __future__ import annotations

import pytest

from tests.lakes import Lake
from tests.persons import ADDRESS, write_export


@pytest.fixture(scope="session")
def peopled(trained: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The trained lake after a night with the mails of tests/persons.py, from a file named after a person."""
    folder = tmp_path_factory.mktemp("peopled")
    lake = trained.copied(folder)
    write_export(folder / "exports" / f"{ADDRESS}.mbox")
    assert lake.nightly(folder / "exports")["messages_published"] == 9
    return lake
