"""Loading of rule files: what is accepted, and each fault with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.routing.builders import HEADS, rules_from, rules_of
from triage.config import RoutingSettings, Settings, load_settings
from triage.errors import ConfigError
from triage.routing.rules import load_rules

SHIPPED_HEADS = {
    "category": [
        "billing",
        "sales",
        "hr",
        "it_support",
        "logistics",
        "legal",
        "customer_service",
        "facilities",
    ],
    "priority": ["low", "normal", "high", "urgent"],
    "sentiment": ["negative", "neutral", "positive"],
    "kind": ["human", "auto_reply", "bounce", "newsletter", "spam"],
}

ACCEPTED = {
    "one label": ["{category: billing}"],
    "labels and abstained": ["{category: [billing, abstained]}"],
    "overlap that leaves something": ["{category: [billing, sales]}", "{category: [sales, hr]}"],
    "score below an earlier bound": ["{category_score: {min: 0.5}}", "{category_score: {max: 0.5}}"],
    "gap between two bounds": [
        "{category_score: {max: 0.3}}",
        "{category_score: {min: 0.4}}",
        "{category_score: {min: 0.2, max: 0.5}}",
    ],
    "all labels but abstained": ["{category: [billing, sales, hr]}", "{category: abstained}"],
    "none_of leaves abstained to the next": ["{category: {none_of: hr}}", "{category: [hr, abstained]}"],
    "importance is often absent": ["{importance: {min: 1, max: 5}}", "{bulk: true}"],
    "who sent it is unknown where no domains are": ["{outgoing: true}", "{outgoing: {none_of: true}}", "{bulk: true}"],
    "other languages remain": ["{language: [de, fr]}", "{language: {none_of: de}}"],
    "a mark less": ["{marks: {all_of: [A, B]}}", "{marks: A}"],
    "word in the other text": ["{subject_words: invoice}", "{body_words: invoice}"],
    "phrase before its word": ["{words: past due}", "{words: due}"],
    "true and false of two flags": [
        "{bulk: true, reply: true}",
        "{bulk: false, reply: false}",
        "{bulk: true}",
    ],
}

DATED = """
default: {queue: rest}
rules:
  - {name: fair, when: {bulk: true}, queue: fair, from: 2026-12-01, until: 2026-12-31}
  - {name: rest, when: {bulk: true}, queue: bulk}
"""


def test_a_rule_with_days_leaves_the_other_days_to_later_rules(tmp_path: Path) -> None:
    assert [rule.name for rule in rules_from(tmp_path, DATED).rules] == ["fair", "rest"]


def test_a_rule_within_the_days_of_an_earlier_one_can_never_match(tmp_path: Path) -> None:
    text = DATED.replace("queue: bulk}", "queue: bulk, from: 2026-12-05, until: 2026-12-06}")
    with pytest.raises(ConfigError, match="never match: fair"):
        rules_from(tmp_path, text)


def test_what_files_could_not_say_before_does_not_change_the_digest_of_those_that_do_not(tmp_path: Path) -> None:
    text = "default: {queue: rest, due_hours: 24}\nrules: [{name: a, when: {category: billing}, queue: b}]"
    assert rules_from(tmp_path, text).version == "bf8c2eae28629f9d"  # by the version before calendars


UNREACHABLE = {
    "same condition": (["{category: billing}", "{category: billing}"], "r1 matches"),
    "narrower condition": (["{category: [billing, sales]}", "{category: sales, bulk: true}"], "r1 matches"),
    "union of all labels": (
        [
            "{category: billing}",
            "{category: [sales, hr]}",
            "{category: abstained}",
            "{category: [sales, abstained]}",
        ],
        "r2, r3 together match",
    ),
    "union of both flag values": (
        ["{bulk: true}", "{bulk: false}", "{language: de}"],
        "r1, r2 together match",
    ),
    "union over two attributes": (
        ["{bulk: true, reply: true}", "{bulk: true, reply: false}", "{bulk: true, category: hr}"],
        "r1, r2 together match",
    ),
    "intervals that touch": (
        [
            "{category_score: {max: 0.5}}",
            "{category_score: {min: 0.5}}",
            "{category_score: {min: 0.4, max: 0.6}}",
        ],
        "r1, r2 together match",
    ),
    "whole numbers leave no gap": (
        ["{attachments: {max: 1}}", "{attachments: {min: 2}}", "{attachments: {min: 1, max: 2}}"],
        "r1, r2 together match",
    ),
    "none_of within none_of": (
        ["{language: {none_of: de}}", "{language: {none_of: [de, fr]}}"],
        "r1 matches",
    ),
    "word in either text": (["{words: invoice}", "{subject_words: invoice}"], "r1 matches"),
    "phrase after its word": (["{subject_words: due}", "{subject_words: past due}"], "r1 matches"),
    "word in other case": (["{words: Invoice}", "{words: INVOICE}"], "r1 matches"),
    "mark and no mark": (["{marks: A}", "{marks: {none_of: A}}", "{bounce: true}"], "r1, r2 together match"),
}

CONTRADICTORY = {
    "two labels at once": ("{category: {all_of: [billing, sales]}}", "cannot be billing and sales at once"),
    "both of a flag": ("{bulk: {all_of: [true, false]}}", "cannot be true and false at once"),
    "all_of against none_of": ("{marks: {all_of: A, none_of: A}}", "must and must not be A"),
    "any_of within none_of": ("{category: {any_of: hr, none_of: [hr, sales]}}", "none_of takes away all"),
    "any_of against all_of": ("{category: {any_of: hr, all_of: sales}}", "share no value"),
    "none of all labels": ("{category: {none_of: [billing, sales, hr]}}", "No mail can meet all conditions"),
    "min over max": ("{category_score: {min: 0.6, max: 0.5}}", "min and max"),
    "score over 1": ("{category_score: {min: 1.5}}", "min and max"),
    "no whole number between": ("{attachments: {min: 1.2, max: 1.8}}", "min and max"),
    "importance beyond 5": ("{importance: 6}", "min and max"),
    "word here but nowhere": (
        "{subject_words: due, words: {none_of: due}}",
        "No mail can meet all conditions",
    ),
    "phrase without its word": (
        "{subject_words: past due, words: {none_of: due}}",
        "No mail can meet all conditions",
    ),
    "same key twice": ("{category: billing, category: sales}", "stands twice"),
}

BROKEN = {
    "unknown head": ("{categroy: billing}", "Did you mean category?"),
    "unknown label": ("{category: biling}", "Did you mean billing?"),
    "unknown fact": ("{bounced: true}", "Did you mean bounce?"),
    "unknown operator": ("{category: {anyof: [hr]}}", "Did you mean any_of?"),
    "operator of sets on a number": ("{size_bytes: {any_of: [1]}}", "Known here: min, max"),
    "flag as text": ("{bulk: maybe}", "Write true or false"),
    "bare no is not Norwegian": ("{language: no}", "in quotes"),
    "language by name": ("{language: German}", "look like"),
    "number as text": ("{size_bytes: {min: big}}", "needs numbers"),
    "not a number": ("{size_bytes: {min: .nan}}", "needs numbers"),
    "empty list": ("{category: []}", "is empty"),
    "nothing asked": ("{}", "rule r1"),
    "no operator": ("{category: {}}", "The condition on category is empty"),
}


@pytest.mark.parametrize("conditions", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(tmp_path: Path, conditions: list[str]) -> None:
    assert len(rules_of(tmp_path, *conditions).rules) == len(conditions)


@pytest.mark.parametrize(("conditions", "told"), UNREACHABLE.values(), ids=UNREACHABLE)
def test_rejects_a_rule_that_never_matches(tmp_path: Path, conditions: list[str], told: str) -> None:
    with pytest.raises(ConfigError, match=f"can never match: {told} all its mails") as caught:
        rules_of(tmp_path, *conditions)
    assert caught.value.where == f"{tmp_path / 'routing.yaml'}, rule r{len(conditions)}"


@pytest.mark.parametrize(("condition", "told"), CONTRADICTORY.values(), ids=CONTRADICTORY)
def test_rejects_a_contradiction(tmp_path: Path, condition: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        rules_of(tmp_path, condition)
    assert "routing.yaml" in caught.value.where and caught.value.remedy


@pytest.mark.parametrize(("condition", "told"), BROKEN.values(), ids=BROKEN)
def test_names_what_is_broken(tmp_path: Path, condition: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rules_of(tmp_path, condition)
    assert told in str(caught.value)
    assert "rule r1" in caught.value.where


def _calendar(text: str) -> str:
    """A file whose one calendar has these keys."""
    return f"default: {{queue: a}}\ncalendars: {{c: {{{text}}}}}"


def _office(text: str) -> str:
    """A file with a calendar, and more."""
    return f"calendars: {{office: {{time_zone: UTC, hours: {{mon: 09:00-17:00}}}}}}\n{text}"


CALENDARS = {
    "unknown time zone": (_calendar("time_zone: Europe/Berln, hours: {mon: 09:00-17:00}"), "mean Europe/Berlin"),
    "unknown weekday": (_calendar("time_zone: UTC, hours: {mo: 09:00-17:00}"), "Did you mean mon"),
    "a day twice": (_calendar("time_zone: UTC, hours: {mon-fri: 09:00-17:00, tue: 09:00-12:00}"), "names tue twice"),
    "no hours": (_calendar("time_zone: UTC, hours: {}"), "calendar c"),
    "hours that are none": (_calendar("time_zone: UTC, hours: {mon: 9-17}"), "no span of hours"),
    "minutes beyond an hour": (_calendar("time_zone: UTC, hours: {mon: '09:60-17:00'}"), "no span of hours"),
    "an empty span": (_calendar("time_zone: UTC, hours: {mon: 09:00-09:00}"), "holds no time"),
    "less than an hour": (_calendar("time_zone: UTC, hours: {mon: 09:00-09:30}"), "less than an hour a week"),
    "unknown country": (_calendar("time_zone: UTC, hours: {mon: 09:00-17:00}, holidays: XQ"), "No holidays are known"),
    "unknown part": (_calendar("time_zone: UTC, hours: {mon: 09:00-17:00}, holidays: DE-XX"), "of 'DE-XX'"),
    "no such day": (_calendar("time_zone: UTC, hours: {mon: 09:00-17:00}, closed: ['02-30']"), "is no day"),
    "days backwards": (
        _calendar("time_zone: UTC, hours: {mon: 09:00-17:00}, closed: [2026-08-14 to 2026-08-03]"), "ends before",
    ),
    "a window backwards": (
        _calendar("time_zone: UTC, hours: {mon: 09:00-17:00}, "
                  "maintenance: [{from: 2026-01-02 10:00, until: 2026-01-02 09:00}]"), "ends before",
    ),
    "unknown key of a calendar": (_calendar("timezone: UTC, hours: {mon: 09:00-17:00}"), "calendar c"),
    "unknown calendar": (_office("default: {queue: a, business_hours: 4, calendar: ofice}"), "Did you mean office"),
    "hours of work without a calendar": ("default: {queue: a, business_hours: 4}", "has no calendar"),
    "a calendar for hours on the clock": (_office("default: {queue: a, due_hours: 4, calendar: office}"), "without"),
    "two times to answer": (
        _office("default: {queue: a, due_hours: 4, business_hours: 4, calendar: office}"), "both given",
    ),
    "a queue's unknown calendar": (_office("default: {queue: a}\nqueues: {a: {calendar: ofice}}"), "mean office"),
    "a calendar by a number": (
        _office("default: {queue: a, business_hours: 4, "
                "calendar: {by: size_bytes, of: {x: office}, otherwise: office}}"), "cannot be chosen by",
    ),
    "a calendar by an unknown label": (
        _office("default: {queue: a, business_hours: 4, "
                "calendar: {by: category, of: {bilin: office}, otherwise: office}}"), "Did you mean billing",
    ),
    "an address among the pseudonyms": ("default: {queue: a}\nvips: [ada@customer.example]", "no pseudonym"),
    "two teams of a name": (
        "default: {queue: a}\nqueues: {a: {teams: [{name: x}, {name: x}]}}", "Two teams have one name",
    ),
    "a team without a name": (
        "default: {queue: a}\nqueues: {a: {teams: [{per_day: 3}]}}",
        "'name' is missing. [PLACE, queue a, team number 1]",
    ),
    "a team's key mistyped": (
        "default: {queue: a}\nqueues: {a: {teams: [{name: x, perday: 3}]}}", "Did you mean per_day?",
    ),
    "a team's limit in words": (
        "default: {queue: a}\nqueues: {a: {teams: [{name: y}, {name: x, per_day: many}]}}",
        "[PLACE, queue a, team number 2]",
    ),
    "teams that are no list": ("default: {queue: a}\nqueues: {a: {teams: {x: {}}}}", "a list was expected"),
    "maintenance without an end": (
        "default: {queue: a}\ncalendars: {office: {time_zone: UTC, hours: {mon: 09:00-17:00}, "
        "maintenance: [{from: 2026-01-01 10:00}]}}", "'until' is missing",
    ),
    "a choice of calendars without all others": (
        "default: {queue: a, calendar: {by: language, of: {de: office}}}", "neither a name nor a choice",
    ),
    "an unknown skill": (
        "default: {queue: a}\nqueues: {a: {teams: [{name: x, skills: {langage: de}}]}}", "Did you mean language",
    ),
    "a queue into itself": ("default: {queue: a}\nqueues: {a: {teams: [{name: x}], overflow: a}}", "into itself"),
    "an overflow without teams": ("default: {queue: a}\nqueues: {a: {overflow: b}}", "without teams"),
    "days of a rule backwards": (
        "default: {queue: a}\nrules: [{name: x, queue: a, when: {bulk: true}, from: 2026-02-01, until: 2026-01-01}]",
        "until lies before from",
    ),
    "a rule from no day": (
        "default: {queue: a}\nrules: [{name: x, queue: a, when: {bulk: true}, from: soon}]", "from is wrong",
    ),
}  # fmt: skip

FILES = {
    "no default": ("rules: []", "'default' is missing"),
    "unknown key of a rule": (
        "default: {queue: a}\nrules: [{name: x, quue: b, queue: c, when: {bulk: true}}]",
        "Did you mean queue?",
    ),
    "unknown key of the file": ("default: {queue: a}\nrule: []", "Did you mean rules?"),
    "same name": (
        (
            "default: {queue: a}\nrules:\n- {name: x, queue: b, when: {bulk: true}}\n"
            "- {name: x, queue: b, when: {reply: true}}"
        ),
        "Two rules have this name",
    ),
    "name of the default": (
        "default: {queue: a}\nrules: [{name: default, queue: b, when: {bulk: true}}]",
        "this name",
    ),
    "no queue": ("default: {queue: a}\nrules: [{name: x, when: {bulk: true}}]", "'queue' is missing"),
    "due at once": ("default: {queue: a, due_hours: 0}", "due_hours is not a time"),
    "due for an unknown priority": (
        "default: {queue: a, due_hours: {urgnt: 1, otherwise: 2}}",
        "Did you mean urgent?",
    ),
    "due with a gap": ("default: {queue: a, due_hours: {urgent: 1}}", "low, normal, high, abstained"),
    "unknown priority": ("default: {queue: a, priority: hgh}", "Did you mean high?"),
    **CALENDARS,
    "not YAML": ("default: {queue: a", "line 1"),
    "not a mapping": ("- a", "mapping was expected"),
    "empty": ("", "mapping was expected"),
}


@pytest.mark.parametrize(("text", "told"), FILES.values(), ids=FILES)
def test_rejects_a_broken_file(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rules_from(tmp_path, text)
    told = told.replace("PLACE", str(tmp_path / "routing.yaml"))
    assert told in str(caught.value) and "routing.yaml" in caught.value.where


def test_rejects_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_rules(Settings(routing=RoutingSettings(rules=str(tmp_path / "none.yaml"))), HEADS)


def test_the_shipped_rules_load() -> None:
    rules = load_rules(load_settings(), SHIPPED_HEADS)
    assert {rule.queue for rule in rules.rules} >= {
        *SHIPPED_HEADS["category"],
        "bounces",
        "newsletters",
        "spam",
        "review",
    }


def test_version_follows_the_meaning_and_not_the_layout(tmp_path: Path) -> None:
    plain = rules_from(tmp_path, "default: {queue: a}")
    commented = rules_from(tmp_path, "# why\ndefault:\n  queue: a\n")
    other = rules_from(tmp_path, "default: {queue: b}")
    assert plain.version == commented.version != other.version
