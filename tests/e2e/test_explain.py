"""The explain job over a lake that a nightly run made."""

from __future__ import annotations

import json

import pytest

from tests.lakes import Lake

pytestmark = pytest.mark.slow


def test_a_routed_mail_is_explained_as_it_was_decided(trained: Lake) -> None:
    route = next(row for row in trained.rows("gold/routes") if row["rule"] != "default")
    labels = {row["head"]: row for row in trained.rows("gold/labels") if row["mail_key"] == route["mail_key"]}
    told = json.loads(trained.run("explain", route["mail_key"], "--json").stdout)
    assert told["notes"] == []
    assert {head["head"]: head["score"] for head in told["heads"]} == {
        head: pytest.approx(row["score"], abs=1e-6) for head, row in labels.items()
    }
    assert all(head["agrees"] for head in told["heads"])
    assert (told["route"]["queue"], told["route"]["path"][-1]["rule"]) == (route["queue"], route["rule"])


def test_an_unknown_key_is_wrong_use(trained: Lake) -> None:
    assert "has no mail with this key" in trained.run("explain", "0" * 64, expect=2).stderr
