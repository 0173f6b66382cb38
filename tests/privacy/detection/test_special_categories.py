"""Marks of the special categories of GDPR Art. 9: by words of ten languages, only where the policy asks for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.privacy.test_anonymizer import MAIL
from triage.config import load_settings
from triage.privacy.anonymizer import Anonymizer
from triage.privacy.detection.special_categories import special_categories
from triage.privacy.policy import Policy
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.reasons import Mark

CASES = {
    "en health": ("en", "She was diagnosed with diabetes last week", {Mark.SPECIAL_HEALTH}),
    "de health": ("de", "anbei die Krankmeldung von gestern", {Mark.SPECIAL_HEALTH}),
    "fr health": ("fr", "elle est en arrêt maladie", {Mark.SPECIAL_HEALTH}),
    "es health": ("es", "está embarazada", {Mark.SPECIAL_HEALTH}),
    "it health": ("it", "allego il certificato medico", {Mark.SPECIAL_HEALTH}),
    "nl health": ("nl", "hij is ziek gemeld", {Mark.SPECIAL_HEALTH}),
    "pt health": ("pt", "estou de baixa médica", {Mark.SPECIAL_HEALTH}),
    "pl health": ("pl", "jestem na zwolnieniu lekarskim", {Mark.SPECIAL_HEALTH}),
    "da health": ("da", "hun er sygemeldt", {Mark.SPECIAL_HEALTH}),
    "sv health": ("sv", "han är sjukskriven", {Mark.SPECIAL_HEALTH}),
    "religion": ("de", "er ist katholisch und geht in die Moschee", {Mark.SPECIAL_RELIGION}),
    "ethnic origin": ("fr", "une question d'origine ethnique", {Mark.SPECIAL_ETHNIC_ORIGIN}),
    "politics": ("it", "le sue opinioni politiche", {Mark.SPECIAL_POLITICS}),
    "trade union": ("es", "es delegado sindical", {Mark.SPECIAL_TRADE_UNION}),
    "sex life": ("en", "because he is gay", {Mark.SPECIAL_SEX_LIFE}),
    "biometric": ("nl", "met uw vingerafdruk", {Mark.SPECIAL_BIOMETRIC}),
    "english in a german mail": ("de", "the trade union called", {Mark.SPECIAL_TRADE_UNION}),
    "a language without a list": ("fi", "die Gewerkschaft, le syndicat", {Mark.SPECIAL_TRADE_UNION}),
    "two": ("en", "the trade union says that sick leave is due", {Mark.SPECIAL_HEALTH, Mark.SPECIAL_TRADE_UNION}),
    "none, en": ("en", "the order has not arrived, please check", set()),
    "none, de": ("de", "bitte prüfen Sie die Rechnung", set()),
    "part of a word": ("en", "the engaytron and sympathy", set()),
}  # fmt: skip


@pytest.mark.parametrize(("language", "text", "marks"), CASES.values(), ids=CASES)
def test_each_category_has_its_words(language: str, text: str, marks: set[Mark]) -> None:
    assert set(special_categories((text,), language)) == marks


@pytest.mark.parametrize(("setting", "marks"), [("off", set()), ("mark", {Mark.SPECIAL_HEALTH})])
def test_the_policy_decides(setting: Any, marks: set[Mark]) -> None:
    engine = Anonymizer(load_settings(), keys_from_secret(b"x" * 32))
    engine.policy = engine.policy.model_copy(update={"special_categories": setting})
    mail = replace(MAIL, body="Hi Xeldrin,\n\nI am on sick leave.\n\nMark")
    assert {mark for mark in engine.anonymize([mail])[0].marks if mark.startswith("SPECIAL")} == marks


def test_a_bare_off_of_yaml_is_off() -> None:
    entities: Any = {"PERSON": "pseudonym"}
    assert Policy.model_validate({"entities": entities, "special_categories": False}).special_categories == "off"
