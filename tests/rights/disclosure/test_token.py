"""The token of an address: as in the tables, with a row that says who asked and not for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lakes import SECRET
from tests.write_back.lakes import KEYS, make_lake, settings_of, store_of
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.tables import REVEALS
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.rights.disclosure.token import address_token

ADDRESS = "Ada.Example@Customer.example"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TRIAGE_KEY", SECRET)
    make_lake(tmp_path / "lake", 1)
    return settings_of(tmp_path / "lake")


def test_as_the_tables_have_it(settings: Settings) -> None:
    found = address_token(settings, ADDRESS, "case 1")
    assert found == pseudonym("EMAIL_ADDRESS", ADDRESS.lower(), KEYS)
    [row] = store_of(Path(settings.lake.root)).rows(REVEALS, REVEALS.column_names)
    assert (row["action"], row["outcome"], row["reason"]) == ("reveal", "shown", "case 1")
    assert row["value_hash"] and "example" not in str(row).lower()


@pytest.mark.parametrize(
    ("address", "reason"),
    [("Ada", "case 1"), ("a@b.example c@d.example", "case 1"), (ADDRESS, ""), (ADDRESS, f"for {ADDRESS}")],
    ids=["no address", "two", "no reason", "a reason that names"],
)
def test_wrong_use(settings: Settings, address: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        address_token(settings, address, reason)
    assert "example" not in str(caught.value).lower()
