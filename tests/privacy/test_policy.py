"""A policy that says nothing unknown, and whose version follows its content."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.privacy.test_anonymizer import MAIL
from triage.config import PROJECT, load_settings
from triage.errors import ConfigError
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.policy import load_policy
from triage.privacy.pseudonyms.keys import Keys


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
        ("entities: {PERSON: {signature: drop}}", "PERSON.*no default"),
        ("entities: {PERSON: {default: mask, footer: drop}}", "entities.PERSON"),
        ("entities: {PERSON: generalize}", "PERSON cannot be generalized"),
        (
            "entities: {LOCATION: {default: mask, subject: generalize}, SECRET: {default: generalize}}",
            "SECRET cannot",
        ),
        ("entities: {PERSON: mask}\naccount_numbers: ['[']", "pattern 1 is no regular expression"),
        ("entities: {PERSON: mask}\naccount_numbers: ['KD-\\d+', 'x*']", "pattern 2 matches the empty text"),
        ("entities: {PERSON: mask}\nurls: some", "urls"),
        (None, "cannot be read"),
    ],
    ids=[
        "entity",
        "operator",
        "no entity",
        "key",
        "yaml",
        "region",
        "package",
        "dotted package",
        "zones without default",
        "unknown zone",
        "nothing coarser",
        "nothing coarser by zone",
        "broken pattern",
        "empty pattern",
        "urls",
        "missing",
    ],
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


ZONED = """
entities:
  PERSON: {default: pseudonym, signature: drop, quoted: mask, header: mask}
  LOCATION: generalize
  AGE: generalize
  DATE: {default: keep, newest: generalize}
  EMAIL_ADDRESS: pseudonym
"""


def test_each_zone_has_its_operator(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "policy.yaml").write_text(ZONED)
    settings = load_settings(overrides=[f"privacy.policy={tmp_path / 'policy.yaml'}"])
    body = (
        "I met Simon Wood in Berlin on 4 May 2026. He is 34 years old.\n\nKind regards\nAnna Kowalski\nHead of Sales\n\n"
        "On Mon, 4 May 2026, Petra Vogel wrote:\n> Ask Simon Wood.\n"
    )
    mail = dataclasses.replace(MAIL, body=body, subject="")
    shown = Anonymizer(settings, keys).anonymize([mail])[0].body
    newest, _, quoted = shown.partition("wrote:")
    assert "<PERSON_" in newest and "in Germany on 2026-05. He is 30-39" in newest
    assert "Kowalski" not in newest and newest.count("<PERSON_") == 1
    assert "> Ask **********." in quoted
