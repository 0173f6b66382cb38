"""The page's reasons are those of the model: term by term what Spark's own pipeline gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame, Row, SparkSession

from tests.labelling.builders import labelled, small_settings
from triage.config import Settings
from triage.labelling.explanation.contributions import contributions
from triage.labelling.explanation.ranking import lead_weights
from triage.labelling.features.blocks import SPARSE, counting_stages
from triage.labelling.features.terms import with_text
from triage.labelling.features.text_fields import TextField
from triage.labelling.models import Champion
from triage.labelling.plain.mail_terms import terms_of, words_of
from triage.labelling.promotion import bundle
from triage.labelling.promotion.first_model import ensure_champion
from triage.lake.tables import SILVER_MAIL
from triage.learning.page.desk.items import Mail
from triage.learning.page.desk.lake_items import FACTS
from triage.learning.page.why.explainer import registered_weights
from triage.learning.page.why.reasons import Reason
from triage.learning.page.why.support import reasons

pytestmark = pytest.mark.slow

BITS = 12
TEXTS = {
    "plain": ("urgent matter later", "the invoice of <PERSON_00000000000000aa> is overdue, please refund the amount"),
    "repeated": ("re: re: invoice", "invoice " * 9 + "holiday holiday"),
    "empty": ("", ""),
    "signs": ("50% = half?", "a=b, c_d; e-mail\\nnew\\tline…“quoted” don't x²"),
    "other letters": ("Grüße, Straße ÉTÉ", "İstanbul ΣΊΣΥΦΟΣ наконец 東京 ﬁn emoji 😀 ok 1.234,50"),
    "tokens": ("<EMAIL_ADDRESS_057c69_7b35a46831203233> asks", "see <URL> and <PERSON_057c69_ceb6ac967bd36aec>, <B>"),
    "quote": ("antwort", "Danke!\n\nAm 02.03.26 um 09:30 schrieb X:\n> die Rechnung\n> fehlt\n"),
    "quote only": ("fw", "> all of it\n> is quoted\n"),
    "original": ("aw", "yes please\r\n-----Original Message-----\nFrom: a\nSent: b\n\nolder words"),
    "long": ("long", "word " * 3_000 + "end"),
}
MODEL_FIELDS: tuple[tuple[TextField, ...], ...] = (
    ("subject", "body", "facts"),
    ("subject", "newest", "facts"),
    ("body",),
)


def silver(spark: SparkSession) -> DataFrame:
    usual: dict[str, Any] = dict.fromkeys(SILVER_MAIL.column_names)
    usual |= {"received_at": datetime(2026, 1, 5, tzinfo=UTC), "language": "en", "bulk": False, "reply": True}
    usual |= {"has_html": True, "importance": 1, "attachments": [("a.pdf", "application/pdf", 3)]}
    rows = [usual | {"mail_key": key, "subject": subject, "body": body} for key, (subject, body) in TEXTS.items()]
    return spark.createDataFrame([tuple(row.values()) for row in rows], SILVER_MAIL.schema, verifySchema=False)


def mail_of(row: Row) -> Mail:
    facts = {**{name: row[name] for name in FACTS}, "attachments": row.attachments}
    return Mail(row.mail_key, row.subject, row.body, row.received_at, row.language, None, (), facts, frozenset())


@pytest.mark.parametrize("fields", MODEL_FIELDS, ids="+".join)
def test_words_and_terms_are_sparks(spark: SparkSession, fields: Sequence[TextField]) -> None:
    mails = silver(spark)
    texts = with_text(mails, ("mail_key",), fields)
    found = PipelineModel(counting_stages(SPARSE, BITS)).transform(texts)
    by_key = {row.mail_key: row for row in found.drop("document", "token").collect()}
    assert len(by_key) == len(TEXTS)
    for row in mails.collect():
        words = words_of(mail_of(row), fields)
        expected = by_key[row.mail_key]
        assert words == list(expected.words), row.mail_key
        for block in SPARSE:
            terms = [term for term, _ in terms_of(block, words)]
            assert sorted(terms) == sorted(expected[f"{block}_terms"]), (row.mail_key, block)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return small_settings(tmp_path_factory.mktemp("why"))


@pytest.fixture(scope="module")
def champion(spark: SparkSession, settings: Settings) -> Champion:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "read_gold", labelled)
        return ensure_champion(spark, settings)


def test_support_is_what_sparks_weights_add_up_to(spark: SparkSession, settings: Settings, champion: Champion) -> None:
    assert champion.bundle is not None
    model = champion.bundle
    weights = registered_weights(settings)(model.name, model.version)
    assert weights is not None
    compared = 0
    for row in silver(spark).collect():
        mail = spark.createDataFrame([row], SILVER_MAIL.schema)
        for head, labels in model.heads.items():
            exact = contributions(model, mail, head)
            assert exact is not None
            scores = {label: 1.0 - place / 10 for place, label in enumerate(labels)}
            lead = lead_weights(labels, labels[0], labels[1])
            expected = {name: float(added @ lead) for name, added in exact.terms.items()}
            found = reasons(weights, mail_of(row), head, labels[0], scores, most=10_000)
            shown = {name_of(one): one.support for one in found}
            for name, value in expected.items():
                assert shown.get(name, 0.0) == pytest.approx(value, abs=1e-9), (row.mail_key, head, name)
                compared += abs(value) > 0
            assert shown.keys() <= {name.replace("=", " ") if " " in name else name for name in expected}
    assert compared > 20


def name_of(reason: Reason) -> str:
    return reason.term if reason.kind == "text" else f"{reason.kind}={reason.term}"
