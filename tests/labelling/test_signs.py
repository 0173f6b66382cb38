"""Signs decide before a model; deadlines and urgency are read from the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from pydantic import ValidationError
from pyspark.sql import SparkSession

from triage.labelling.data.labelled_rows import read_gold
from triage.labelling.features.deadlines import deadline, text_facts, urgency
from triage.labelling.signs import Sign, check_signs, with_signs

MONDAY = datetime(2024, 5, 6, 10, 0)  # noqa: DTZ001 - Spark takes it as UTC

SAYINGS = [
    ("Please answer by tomorrow.", "days", None),
    ("The deadline is Friday, we cannot move it", "days", None),
    ("It is due today!", "today", None),
    ("I am here today", None, None),
    ("within two working days please", "days", None),
    ("by the end of next week", "week", None),
    ("bis morgen 12 Uhr", "days", None),
    ("Bitte spätestens am Freitag", "days", None),
    ("innerhalb einer Stunde", "today", None),
    ("avant vendredi, merci", "days", None),
    ("d'ici la fin de la semaine prochaine", "week", None),
    ("aujourd'hui avant 15:00", "today", None),
    ("respuesta antes del lunes", "days", None),
    ("en los próximos días", "week", None),
    ("ASAP please", None, "urgent"),
    ("DRINGEND: bitte", None, "urgent"),
    ("C'est urgent", None, "urgent"),
    ("Es urgente", None, "urgent"),
    ("This is not urgent", None, "calm"),
    ("Es ist nicht dringend", None, "calm"),
    ("Pas d'urgence", None, "calm"),
    ("no corre prisa", None, "calm"),
    ("In urgent cases call my deputy", None, None),
    ("ok\n> by tomorrow, it is urgent", None, None),
    ("ok\n-----Original Message-----\nby tomorrow", None, None),
    ("by 12 May", "week", None),
    ("bis zum 20.05.2024", "week", None),
    ("before 2024-05-07", "days", None),
    ("by 2024-05-06", "today", None),
    ("due on 05/08/2024", "days", None),
    ("avant le 13 mai", "week", None),
    ("hasta el 9 de mayo", "days", None),
    ("no later than June 30", "later", None),
    ("by 3 January", None, None),
    ("by 2024-05-01", None, None),
    ("by 40.40.2024 and by 2024-13-45", None, None),
    ("by 12 people", None, None),
    ("", None, None),
]


def test_deadlines_and_urgency_in_four_languages(spark: SparkSession) -> None:
    rows = [(n, text, MONDAY) for n, (text, *_) in enumerate(SAYINGS)]
    mail = spark.createDataFrame(rows, "n int, body string, sent_at timestamp")
    read = mail.select("n", deadline(mail.columns).alias("due"), urgency(mail.columns).alias("tone"))
    found = [(SAYINGS[row.n][0], row.due, row.tone) for row in read.orderBy("n").collect()]
    assert found == SAYINGS


def test_facts_are_words_that_text_cannot_pose_as(spark: SparkSession) -> None:
    rows = [("URGENT: order", "we need it by tomorrow"), ("hello", "there"), (None, None)]
    mail = spark.createDataFrame(rows, "subject string, body string")
    (facts,) = text_facts(mail.columns)
    assert [row[0] for row in mail.select(facts).collect()] == ["fact=deadline=days fact=urgent", None, None]
    assert text_facts(["subject"]) == []


@dataclass(frozen=True)
class _Head:
    name: str
    signs: tuple[Sign, ...]


def _sign(name: str, label: str, **when: object) -> Sign:
    return Sign(name=name, when=when, label=label)


KIND = _Head(
    "kind",
    (
        _sign("report", "bounce", bounce=True),
        _sign("machine", "auto_reply", auto_submitted=True, list_mail=False),
        _sign(
            "letter",
            "newsletter",
            list_mail=True,
            body_words={"any_of": ["unsubscribe"], "none_of": ["group"]},
        ),
    ),
)
PRIORITY = _Head("priority", (_sign("pressing", "urgent", importance=1, deadline=["today", "days"]),))
SCHEMA = "n int, body string, bounce boolean, auto_submitted boolean, list_mail boolean, importance int"


def test_the_first_sign_that_holds_decides(spark: SparkSession) -> None:
    rows = [
        (0, "x", True, True, False, None),
        (1, "x", False, True, False, None),
        (2, "to Unsubscribe click", False, False, True, None),
        (3, "unsubscribe from this group", False, False, True, None),
        (4, "answer by tomorrow", None, None, None, 1),
        (5, "answer by tomorrow", False, False, False, 2),
        (6, None, None, None, None, None),
    ]
    mail = spark.createDataFrame(rows, SCHEMA)
    found = with_signs(mail, [KIND, _Head("sentiment", ()), PRIORITY])
    assert found.columns == [*mail.columns, "sign_kind", "sign_priority"]
    decided = [(r.sign_kind, r.sign_priority) for r in found.orderBy("n").collect()]
    assert decided == [
        (("report", "bounce"), None),
        (("machine", "auto_reply"), None),
        (("letter", "newsletter"), None),
        (None, None),
        (None, ("pressing", "urgent")),
        (None, None),
        (None, None),
    ]


def test_a_fact_that_is_not_there_does_not_hold(spark: SparkSession) -> None:
    mail = spark.createDataFrame([(1,)], "n int")
    row = with_signs(mail, [KIND, PRIORITY]).first()
    assert row is not None and tuple(row) == (1, None, None)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        pytest.param({"when": {"bounced": True}}, "Did you mean bounce", id="unknown fact"),
        pytest.param({"when": {"bounce": "yes"}}, "not true or false", id="no flag"),
        pytest.param({"when": {"deadline": "soon"}}, "deadline has no label", id="no such deadline"),
        pytest.param({"when": {"category": "hr"}}, "no fact category", id="a head is no fact"),
        pytest.param({"when": {}}, "at least 1", id="no condition"),
        pytest.param({"name": "model"}, "cannot be called model", id="name of the model"),
        pytest.param({"name": "No Name"}, "match", id="name"),
        pytest.param({"colour": "red"}, "Extra", id="unknown key"),
    ],
)
def test_a_wrong_sign_is_told(entry: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Sign.model_validate({"name": "report", "when": {"bounce": True}, "label": "bounce", **entry})


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        pytest.param([_sign("a", "bounces", bounce=True)], "Did you mean bounce", id="unknown label"),
        pytest.param([_sign("a", "bounce", bounce=True)] * 2, "twice", id="twice"),
    ],
)
def test_signs_must_fit_their_head(signs: list[Sign], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_signs("kind", ("human", "bounce"), signs)
    check_signs("kind", ("human", "bounce"), [_sign("a", "bounce", bounce=True)])


def test_header_signs_are_right_on_the_gold(spark: SparkSession) -> None:
    words = {"any_of": ["unsubscribe", "abmelden", "abbestellen"], "none_of": ["mailing list", "this group"]}
    kind = _Head(
        "kind",
        (
            _sign("delivery_report", "bounce", bounce=True),
            _sign("automatic_answer", "auto_reply", auto_submitted=True, bounce=False, list_mail=False),
            _sign("newsletter", "newsletter", list_mail=True, has_html=True, reply=False, body_words=words),
        ),
    )
    decided = with_signs(read_gold(spark), [kind]).where("sign_kind IS NOT NULL")
    right = decided.where("sign_kind.label = labels['kind']").count()
    assert right / decided.count() >= 0.98
    assert decided.select("sign_kind.name").distinct().count() == 3
