"""What a recognizer asks of a text before it runs: never more than its finds have."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.privacy.marked import check
from triage.config import load_settings
from triage.privacy.policy import load_policy
from triage.privacy.recognizers.registry import RECOGNIZERS, digit_count
from triage.samples.generator import generate
from triage.samples.model import LANGUAGES

BARE = {
    "identity card of one digit group": ("NATIONAL_ID", "Personalausweis: [LFXKMN347]", "de"),
    "short identification number": ("NATIONAL_ID", "identification number: [ABCD12]", "en"),
    "plate of digits": ("LICENSE_PLATE", "Licence plate: [482193].", "en"),
    "plate with an umlaut before the digits": ("LICENSE_PLATE", "Kennzeichen: [MÜ 123]", "de"),
    "licence without two digits together": ("DRIVER_LICENSE", "Driver's licence: [A1B2C3D]", "en"),
    "postcode": ("STREET_ADDRESS", "[SW1A 1AA]", "en"),
    "post box": ("STREET_ADDRESS", "[BP 1234]", "fr"),
    "country of two letters": ("LOCATION", "[UK]", "en"),
    "street without a number": ("STREET_ADDRESS", "We live on [Parkhurst Road].", "en"),
}
MAILS = tuple(generate(240, seed=11))
TEXTS = {
    language: sorted(
        {paragraph for mail in MAILS if mail.language == language for paragraph in re.split(r"\n\s*\n", mail.body)}
    )
    for language in LANGUAGES
}


@pytest.mark.parametrize(("entity", "marked", "language"), BARE.values(), ids=BARE)
def test_a_find_alone_in_its_text_is_found(entity: str, marked: str, language: str) -> None:
    check(entity, marked, language)


def test_an_operator_s_own_number_needs_no_digit() -> None:
    policy = load_policy(load_settings().privacy.policy)
    own = policy.model_copy(update={"account_numbers": (r"\bACME-[A-Z]{8}\b",)})
    check("ACCOUNT_NUMBER", "about [ACME-QWERTZUI] again", policy=own)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", RECOGNIZERS, ids=lambda kind: f"{kind.entity} {kind.__name__}")
def test_no_finding_is_left_out(kind: Any, language: str) -> None:
    recognizer = kind.build(load_policy(load_settings().privacy.policy), language)
    left_out = [
        text
        for text in TEXTS[language]
        if not (kind.needs.may_match(text) and digit_count(text) >= kind.min_digits)
        and recognizer.analyze(text, recognizer.supported_entities, None)
    ]
    assert left_out == []
