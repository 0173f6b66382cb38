"""The model over REST, as MLflow serves it, beside the batch."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import pandas as pd
import pytest
import requests
from pyspark.sql import SparkSession

from tests.labelling.builders import labelled, small_settings
from tests.loopback import free_port
from triage.config import Settings
from triage.errors import ModelError
from triage.labelling.models import Champion
from triage.labelling.promotion import bundle
from triage.labelling.promotion.first_model import ensure_champion
from triage.labelling.serving import pyfunc
from triage.labelling.serving.inference import label
from triage.labelling.serving.pyfunc import mails
from triage.labelling.serving.server import server_command

ROWS: list[dict[str, Any]] = [
    {"subject": "urgent matter", "body": "the invoice is overdue, please refund the amount"},
    {"subject": "some time later", "body": "my holiday and my salary", "bulk": True, "language": "en"},
    {"subject": "", "body": "court, clause & <PERSON_00000000000000aa>", "importance": 1, "reply": False},
    {
        "subject": "Straße 你好",
        "body": "none of this was learnt",
        "attachments": [{"name": "a.pdf", "media_type": "application/pdf", "size_bytes": 3}],
    },
]


@pytest.fixture
def champion(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Champion]:
    monkeypatch.setattr(bundle, "read_gold", labelled)
    settings = small_settings(tmp_path)
    return settings, ensure_champion(spark, settings)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(champion: tuple[Settings, Champion], port: int, tmp_path: Path) -> Iterator[str]:
    command, variables = server_command(champion[0], "champion", "127.0.0.1", port, tmp_path / "served")
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=os.environ | variables, stdout=log, stderr=log, start_new_session=True)
    try:
        yield _answering(f"http://127.0.0.1:{port}", process, tmp_path / "server.log")
    finally:
        os.killpg(process.pid, 15)
        process.wait(60)


def _answering(address: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        assert process.poll() is None, log.read_text("utf-8")
        try:
            if requests.get(f"{address}/ping", timeout=5).ok:
                return address
        except requests.RequestException:
            time.sleep(0.5)
    raise AssertionError(log.read_text("utf-8"))


@pytest.mark.slow
def test_rest_answers_as_the_batch_does(
    spark: SparkSession, champion: tuple[Settings, Champion], server: str, tmp_path: Path
) -> None:
    body = json.dumps({"dataframe_records": ROWS})
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{server}/invocations", body, headers=headers, timeout=300)
    assert answer.status_code == 200, answer.text
    served = answer.json()["predictions"]
    batch = {(int(row.mail_key), row["head"]): row for row in label(mails(spark, ROWS), champion[1]).collect()}
    assert len(served) == len(ROWS)
    assert set(batch) == {(number, head) for number in range(len(ROWS)) for head in ("category", "priority")}
    for (number, head), row in batch.items():
        found = served[number][head]
        assert (found["label"], found["best_label"], found["abstained"]) == (
            row.label,
            row.best_label,
            row.abstained,
        )
        assert found["score"] == pytest.approx(row.score, abs=1e-12)
        assert found["scores"] == pytest.approx(dict(row.scores), abs=1e-12)

    without_body = json.dumps({"dataframe_records": [{"subject": "urgent matter"}]})
    refused = requests.post(f"{server}/invocations", without_body, headers=headers, timeout=300)
    assert refused.status_code == 400
    assert "urgent matter" not in (tmp_path / "server.log").read_text("utf-8")


@pytest.mark.slow
def test_mlflow_loads_a_model_by_the_package_that_its_mlmodel_names(
    spark: SparkSession, champion: tuple[Settings, Champion], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, decided = champion
    (file,) = Path(f"{settings.lake.root}.mlflow").rglob("MLmodel")
    assert "loader_module: triage.labelling.serving\n" in file.read_text("utf-8")  # as in models of older lakes
    monkeypatch.setenv(pyfunc.SETTINGS, settings.model_dump_json())
    monkeypatch.setattr(pyfunc, "spark_session", lambda _settings, _name: spark)
    served = mlflow.pyfunc.load_model(str(file.parent)).predict(pd.DataFrame(ROWS[:1]))
    batch = {row["head"]: row.label for row in label(mails(spark, ROWS[:1]), decided).collect()}
    assert [{head: found["label"] for head, found in answer.items()} for answer in served] == [batch]


LANGUAGES = {
    "found in the text": ({"subject": "Invoice overdue", "body": "Please pay."}, "en"),
    "given": ({"subject": "Invoice overdue", "body": "Please pay.", "language": "de"}, "de"),
    "missing in pandas": ({"subject": "Rechnung", "body": "Bitte zahlen Sie bald.", "language": float("nan")}, "de"),
    "unknown": ({"subject": "", "body": "17 %"}, "und"),
    "no text": ({"subject": None, "body": None}, "und"),
}


@pytest.mark.parametrize(("record", "expected"), LANGUAGES.values(), ids=LANGUAGES)
def test_a_record_without_a_language_has_that_of_its_text(
    spark: SparkSession, record: dict[str, Any], expected: str
) -> None:
    assert [row.language for row in mails(spark, [record]).collect()] == [expected]


def test_without_a_champion_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No version has the alias champion"):
        server_command(small_settings(tmp_path), "champion", "127.0.0.1", 5001, tmp_path / "served")
