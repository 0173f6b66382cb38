"""A session as it starts: what Spark knows, and what its command line shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from triage.config import PROJECT

pytestmark = pytest.mark.slow

KEY, PASSWORD = "5d" * 32, "made-up-password-of-a-store"

START = """
import json, sys
from pathlib import Path
from pyspark import SparkContext
from triage.config import load_settings
from triage.privacy.pseudonyms.keys import load_keys
from triage.spark.session import spark_session

settings = load_settings(overrides=["spark.master=local[1]", sys.argv[1]])
keys, context = load_keys(settings), spark_session(settings).sparkContext
assert context.range(2).map(lambda number: keys.vault_key[number]).count() == 2
settings_of_hadoop = {entry.getKey(): entry.getValue() for entry in context._jsc.hadoopConfiguration().iterator()}
properties = context._jvm.System.getProperties()
print(json.dumps({
    "options": dict(context.getConf().getAll()),
    "hadoop": settings_of_hadoop,
    "properties": {name: properties.getProperty(name) for name in properties.stringPropertyNames()},
    "command": Path(f"/proc/{SparkContext._gateway.proc.pid}/cmdline").read_text("utf-8"),
}))
"""


def test_passwords_reach_spark_and_no_command_line_and_keys_reach_neither() -> None:
    option = f"spark.options={{spark.hadoop.fs.s3a.secret.key: {PASSWORD}}}"
    environment = os.environ | {"TRIAGE_KEY": KEY, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", START, option], env=environment, text=True, capture_output=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["hadoop"]["fs.s3a.secret.key"] == PASSWORD
    assert "spark.authenticate" in found["command"] and PASSWORD not in found["command"]
    assert found["options"]["spark.authenticate"] == found["options"]["spark.network.crypto.enabled"] == "true"
    assert KEY not in done.stdout and "wire" not in done.stderr
