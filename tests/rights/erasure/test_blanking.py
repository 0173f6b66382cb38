"""What is blanked in other people's rows, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL
from triage.mail.word_terms import terms_of, word_hash
from triage.rights.erasure.blanking import blank_text
from triage.rights.erasure.row_counts import RowCounts
from triage.rights.search.persons import Person
from triage.rights.search.subjects import Subject


@pytest.mark.slow
def test_hashes_of_a_blanked_text_are_made_anew(store: Store) -> None:
    subject, body = "Invoice", "Dear Zebulon Quixworth, please pay"
    row: dict[str, Any] = {"batch_id": 1, "subject": subject, "body": body, "language": "en", "body_chars": len(body)}
    facts = {"terms": terms_of(subject, body), "words": 6, "rare_words": 2, "garbled": 0}
    rows = [row | facts | {"mail_key": "new"}, row | {"mail_key": "old"}, row | facts | {"mail_key": "other"}]
    store.append_rows(SILVER_MAIL, rows, 1)
    person = Person(Subject("address", "zq@example.com"), names={"Zebulon Quixworth"})
    blank_text(SILVER_MAIL, [person], {"new": {0}, "old": {0}}, store, RowCounts.of(1))
    found = {r.mail_key: r for r in store.read(SILVER_MAIL).collect()}
    assert found["new"].body == "Dear <ERASED>, please pay"
    assert found["new"].terms == sorted(map(word_hash, ("invoice", "dear", "please", "pay")))
    assert (found["new"].words, found["new"].rare_words) == (4, 0)
    assert (found["old"].body, found["old"].terms) == (found["new"].body, None), "older rows have no hashes"
    assert found["other"].terms == facts["terms"]
