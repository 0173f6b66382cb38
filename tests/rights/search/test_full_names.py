from __future__ import annotations

import pytest

from triage.rights.search.full_names import full_name, is_distinctive, is_personal, spellings


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Zelda Quist", "zelda quist"),
        ("QUIST, Zelda", "zelda quist"),
        ("Dr. Zelda Quist (Sales)", "zelda quist"),
        ("Zelda", None),
        ("Zelda Q.", None),
        ("zelda@persons.example", None),
        ("", None),
    ],
)
def test_only_full_names_identify_a_person(display: str, name: str | None) -> None:
    assert full_name(display) == name


@pytest.mark.parametrize(
    ("name", "personal"),
    [("zelda quistgaard", True), ("john smith", True), ("mark price", True), ("max quistgaard", True),
     ("customer service", False), ("front desk", False), ("sales department", False), ("kundendienst berlin", False)],
)  # fmt: skip
def test_a_desk_is_nobody(name: str, personal: bool) -> None:
    assert is_personal(name) is personal


def test_names_are_searched_as_mail_and_files_write_them() -> None:
    assert spellings("ann quist") == {
        "ann quist", "ann_quist", "ann.quist", "ann-quist", "quist, ann", "quist ann"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entity", "value", "distinctive"),
    [("LOCATION", "Springfield", False), ("ORGANIZATION", "Springfield Oil", False), ("DATE", "12 March 2001", False),
     ("PHONE_NUMBER", "+12025550123", True), ("ACCOUNT_NUMBER", "12345", False)],
)  # fmt: skip
def test_values_that_many_share_are_not_searched_in_raw_mail(entity: str, value: str, distinctive: bool) -> None:
    assert is_distinctive(entity, value) is distinctive
