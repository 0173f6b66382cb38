"""Terms of own mail that are hidden often and look harmless are proposed, as tokens and counts."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

from triage.config import PROJECT
from triage.privacy.detection.spans import Span
from triage.privacy.evaluation.gold import GoldRow
from triage.privacy.evaluation.suggest import HiddenTerms, Term, print_terms
from triage.privacy.pseudonyms.keys import keys_from_secret
from triage.privacy.pseudonyms.tokens import TOKEN


def hidden(*texts: str, language: str = "en", sender: str = "") -> list[Term]:
    """What is proposed where `[...]` marks what was hidden in each text, as persons."""
    terms = HiddenTerms()
    for marked in texts:
        spans, text = [], ""
        for number, part in enumerate(marked.replace("]", "[").split("[")):
            spans += [Span(len(text), len(text) + len(part), "PERSON")] if number % 2 else []
            text += part
        terms.add(GoldRow(text, {"From": sender}, language), spans)
    return terms.harmless()


PROPOSED = {
    "ordinary word": (["[Helpdesk] one", "[Helpdesk] two", "[Helpdesk] three, [Helpdesk] four"], 4),
    "in lower case elsewhere": (["[Zorgl] one", "[Zorgl] two", "[Zorgl] three", "the zorgl is broken"], 3),
    "several words": (["[Error Message] a", "[Error Message] b", "[Error\nMessage] c"], 3),
}

NOT_PROPOSED = {
    "a name": (["[Anna Berg] one", "[Anna Berg] two", "[Anna Berg] three"], ""),
    "in few mails": (["[Helpdesk] one", "[Helpdesk] two"], ""),
    "often in one mail": (["[Helpdesk] [Helpdesk] [Helpdesk] [Helpdesk]"], ""),
    "in lower case where it was hidden": (["[xeldrin] one", "[xeldrin] two", "[xeldrin] three"], ""),
    "a participant": (["[Price] one", "[Price] two", "[Price] three"], "Tom Price <tp@corp.example>"),
    "nothing": ([], ""),
}


@pytest.mark.parametrize("case", PROPOSED)
def test_a_term_is_proposed(case: str) -> None:
    texts, finds = PROPOSED[case]
    (term,) = hidden(*texts)
    assert (term.finds, term.mails) == (finds, 3)


@pytest.mark.parametrize("case", NOT_PROPOSED)
def test_a_term_is_not_proposed(case: str) -> None:
    texts, sender = NOT_PROPOSED[case]
    assert hidden(*texts, sender=sender) == []


@pytest.mark.parametrize("in_clear", [False, True])
def test_terms_are_printed_as_tokens_unless_revealed(in_clear: bool, capsys: pytest.CaptureFixture[str]) -> None:
    print_terms([Term("PERSON", "Helpdesk", 4, 3, 0, True)], keys_from_secret(b"k" * 32), in_clear=in_clear)
    out = capsys.readouterr().out
    assert ("Helpdesk" in out) is in_clear
    assert (TOKEN.search(out) is None) is in_clear


@pytest.mark.parametrize("arguments", [["--reveal"], ["--suggest", "--reveal"], ["--suggest", "--reason", "case 1"]])
def test_nothing_is_shown_in_clear_without_a_reason(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": "Hello"}))
    given = ["evaluate_pii.py", "--gold", str(gold), "--spans", str(tmp_path / "spans.jsonl"), *arguments]
    monkeypatch.setattr(sys, "argv", given)
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(PROJECT / "jobs" / "evaluate_pii.py"), run_name="__main__")
    assert stopped.value.code == 2
