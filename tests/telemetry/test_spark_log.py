"""Spark's own log where jobs log JSON, as Log4j lays it out from the two files."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from pyspark.sql import SparkSession

from triage.config import PROJECT
from triage.spark.session import java_options
from triage.telemetry.log_format import VARIABLE

MESSAGE = 'a "quoted" word,\na second line and a \\ backslash'


def test_a_line_of_spark_is_an_object(spark: SparkSession) -> None:
    jvm: Any = spark._jvm
    log4j = jvm.org.apache.logging.log4j
    context = log4j.core.LoggerContext("of the test")
    parts = jvm.java.util.ArrayList()
    for name in ("log4j2.properties", "log4j2-json.properties"):
        uri = jvm.java.net.URI.create((PROJECT / "conf" / name).as_uri())
        parts.add(log4j.core.config.ConfigurationFactory.getInstance().getConfiguration(context, name, uri))
    configuration = log4j.core.config.composite.CompositeConfiguration(parts)
    configuration.initialize()
    layout = configuration.getAppender("console").getLayout()
    event = (
        log4j.core.impl.Log4jLogEvent.newBuilder()
        .setLoggerName("org.apache.spark.Somewhere")
        .setLevel(log4j.Level.ERROR)
        .setMessage(log4j.message.SimpleMessage(MESSAGE))
        .setTimeMillis(1_795_969_472_838)
        .setThrown(jvm.java.lang.IllegalStateException("Jane Roe"))
        .build()
    )
    line = layout.toSerializable(event)
    assert line.count("\n") == 1
    found = json.loads(line)
    assert found["message"] == MESSAGE
    assert found["level"] == "ERROR"
    assert found["logger"] == "org.apache.spark.Somewhere"
    assert found["time"] == "2026-11-29T16:24:32.838Z"  # date -u -d @1795969472.838
    assert found["job"] == "spark"
    assert "Jane" not in line
    assert str(configuration.getLoggerConfig("org.apache.spark.executor.Executor").getLevel()) == "OFF"


@pytest.mark.parametrize(
    ("chosen", "files"),
    [("text", ["log4j2.properties"]), ("json", ["log4j2.properties", "log4j2-json.properties"])],
)
def test_the_driver_takes_the_files_of_the_format(
    chosen: str, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, chosen)
    monkeypatch.delenv("SPARK_CONF_DIR", raising=False)
    (option,) = (word for word in shlex.split(java_options()) if "log4j2" in word)
    assert option == "-Dlog4j2.configurationFile=" + ",".join((PROJECT / "conf" / name).as_uri() for name in files)
