"""The model over REST, in a process of its own that finds no Java."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from pyspark.sql import SparkSession

from tests.labelling.serving.conftest import Registered
from tests.labelling.serving.requests_of_tests import ROWS
from tests.loopback import free_port
from triage.config import PROJECT
from triage.labelling.serving.engines import frame_of
from triage.labelling.serving.inference import label
from triage.labelling.serving.records import rows_of

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Served:
    """A server."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path
    temporary: Path

    def post(self, content: Any = None, **options: Any) -> requests.Response:
        return requests.post(f"{self.address}/invocations", json=content, timeout=60, **options)


@pytest.fixture(scope="module")
def served(registered: Registered, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("rest")
    port, log, temporary = free_port(), folder / "server.log", folder / "temporary"
    temporary.mkdir()
    without_java = os.environ | {"JAVA_HOME": str(folder), "PATH": str(folder), "TMPDIR": str(temporary)}
    with log.open("w") as output:
        process = subprocess.Popen(_command(registered, port), env=without_java, stdout=output, stderr=output)
    try:
        yield Served(_answering(f"http://127.0.0.1:{port}", process, log), process, log, temporary)
    finally:
        process.kill()
        process.wait(60)


def _command(registered: Registered, port: int) -> list[str]:
    chosen = [f"lake.root={registered.settings.lake.root}", f"labelling.taxonomy={registered.taxonomy}"]
    options = [word for one in chosen for word in ("--set", one)]
    return [sys.executable, str(PROJECT / "jobs" / "serve.py"), "--port", str(port), *options]


def _answering(address: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        assert process.poll() is None, log.read_text("utf-8")
        try:
            if requests.get(f"{address}/ping", timeout=5).ok:
                return address
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8"))


def test_it_answers_as_the_batch_does(spark: SparkSession, registered: Registered, served: Served) -> None:
    answer = served.post({"dataframe_records": ROWS})
    assert answer.status_code == 200, answer.text
    answers = answer.json()["predictions"]
    frame = frame_of(spark, rows_of(ROWS))
    batch = {(int(row.mail_key), row["head"]): row for row in label(frame, registered.champion).collect()}
    assert set(batch) == {(number, head) for number in range(len(ROWS)) for head in ("category", "priority")}
    assert len(answers) == len(ROWS)
    for (number, head), row in batch.items():
        found = answers[number][head]
        same = ("label", "labels", "best_label", "abstained", "reason", "threshold", "decided_by")
        assert {name: found[name] for name in same} == {name: row[name] for name in same}
        assert found["score"] == pytest.approx(row.score, abs=1e-12)
        assert found["scores"] == pytest.approx(dict(row.scores), abs=1e-12)


@pytest.mark.parametrize("path", ["ping", "health", "version"])
def test_it_says_that_it_is_there(served: Served, path: str) -> None:
    assert requests.get(f"{served.address}/{path}", timeout=60).status_code == 200


SECRET = "urgent matter of Ada"
MAIL = {"subject": SECRET, "body": SECRET}
WRONG = {
    "no body": ({"dataframe_records": [{"subject": SECRET}]}, "The mails lack body."),
    "a number for a text": ({"dataframe_records": [{"subject": 5, "body": SECRET}]}, "[subject]"),
    "no moment": ({"dataframe_records": [MAIL, MAIL | {"sent_at": SECRET}]}, "Mail 1 of the request"),
    "no flag": ({"dataframe_records": [MAIL | {"bulk": SECRET}]}, "[bulk]"),
    "no attachment": ({"dataframe_records": [MAIL | {"attachments": [SECRET]}]}, "[attachments]"),
    "no number": ({"dataframe_records": [MAIL | {"importance": SECRET}]}, "cannot be read"),
    "no records": ({"mails": [MAIL]}, "Send a JSON object with dataframe_records"),
    "a list": ([MAIL], "Send a JSON object with dataframe_records"),
    "other columns": ({"inputs": {"text": SECRET}}, "The mails lack subject and body."),
}


@pytest.mark.parametrize(("content", "told"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_told_without_a_value(served: Served, content: Any, told: str) -> None:
    refused = served.post(content)
    assert refused.status_code == 400
    assert set(refused.json()) == {"error_code", "message"}
    assert told in refused.json()["message"]
    assert SECRET not in refused.text + served.log.read_text("utf-8")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Content-Type": "application/json"}, 400, id="no JSON"),
        pytest.param({"Content-Type": "application/xml"}, 415, id="another type"),
        pytest.param({}, 415, id="no type"),
    ],
)
def test_what_is_no_json_is_refused(served: Served, headers: dict[str, str], status: int) -> None:
    refused = served.post(data=SECRET.encode(), headers=headers)
    assert refused.status_code == status
    assert SECRET not in refused.text + served.log.read_text("utf-8")
    assert "Traceback" not in served.log.read_text("utf-8")


def test_at_a_signal_it_ends_and_leaves_no_copy(served: Served) -> None:
    assert list(served.temporary.glob("triage-serve-*"))
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(60) == 0
    assert not list(served.temporary.glob("triage-serve-*"))
