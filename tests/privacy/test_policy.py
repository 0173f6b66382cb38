"""A policy that says nothing unknown, and whose version follows its content."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config import PROJECT
from triage.errors import ConfigError
from triage.privacy.policy import load_policy


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("entities: {PERSONA: pseudonym}", "entities.PERSONA"),
        ("entities: {PERSON: shred}", "entities.PERSON"),
        ("entities: {}", "entities"),
        ("entities: {PERSON: keep}\nthreshold: 1", "threshold"),
        ("entities: [", "not valid YAML"),
        ("entities: {PERSON: mask}\nphone_regions: [UK]", "UK.*phone_regions"),
        ("entities: {PERSON: mask}\nner: {en: xx_no_such_model}", "xx_no_such_model.*not installed.*ner"),
        ("entities: {PERSON: mask}\nner: {en: xx.no.such}", "not installed"),
        (None, "cannot be read"),
    ],
    ids=["entity", "operator", "no entity", "key", "yaml", "region", "package", "dotted package", "missing"],
)
def test_a_wrong_policy_is_refused(text: str | None, says: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError, match=says):
        load_policy(file)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    shipped = (PROJECT / "conf" / "privacy.yaml").read_text("utf-8")
    versions = []
    for text in (shipped, shipped + "\n# a remark\n", shipped.replace("PERSON: pseudonym", "PERSON: mask")):
        (tmp_path / "policy.yaml").write_text(text)
        versions.append(load_policy(tmp_path / "policy.yaml").version)
    assert versions[0] == versions[1] != versions[2]
