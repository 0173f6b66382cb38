"""What others could read of Spark is closed by default, and refused in production where an operator opens it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from triage.config import load_settings
from triage.errors import ConfigError
from triage.spark.hardening import hardened, is_local_master, validate_spark

CLUSTER = "spark://master:7077"
AUTHENTICATED = {
    "spark.authenticate": "true",
    "spark.network.crypto.enabled": "true",
    "spark.authenticate.secret": "x",
}


@pytest.fixture(autouse=True)
def _no_other_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "pyspark-shell")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)


def faults(master: str = "local[*]", mode: str = "local", **options: str) -> list[str]:
    """What is unsafe with options of which `__` in a name stands for a point."""
    given = ", ".join(f"{key.replace('__', '.')}: '{value}'" for key, value in options.items())
    settings = [f"spark.master={master}", f"mode={mode}", f"spark.options={{{given}}}"]
    return validate_spark(load_settings(overrides=settings))


@pytest.mark.parametrize(
    ("master", "is_local"),
    [("local", True), ("local[*]", True), ("local[2]", True), ("local[2,4]", True), (CLUSTER, False),
     ("local-cluster[2,1,1024]", False), ("yarn", False), ("k8s://https://10.0.0.1:6443", False)],
)  # fmt: skip
def test_local_masters(master: str, is_local: bool) -> None:
    assert is_local_master(master) is is_local
    assert ("spark.driver.bindAddress" in hardened(master)) is is_local


@pytest.mark.parametrize("master", ["local[*]", CLUSTER, "local-cluster[2,1,1024]", "yarn", "k8s://https://10.0.0.1"])
def test_no_connection_can_go_without_encryption(master: str) -> None:
    assert hardened(master)["spark.network.crypto.saslFallback"] == "false"  # true is Spark's default


SAFE = {
    "a local master": ("local[*]", {}),
    "YARN, whose secret Spark makes": ("yarn", {}),
    "Kubernetes, whose secret Spark makes": ("k8s://https://10.0.0.1:6443", {}),
    "a master with a secret": (CLUSTER, AUTHENTICATED),
    "an event log in an encrypted store": (
        "local[*]",
        {"spark.eventLog.enabled": "true", "spark.eventLog.dir": "s3a://logs/triage",
         "spark.hadoop.fs.s3a.bucket.logs.encryption.algorithm": "SSE-KMS"},
    ),
    "pages behind a filter that signs people in": (
        "local[*]", {"spark.ui.enabled": "true", "spark.acls.enable": "true", "spark.ui.filters": "com.example.SignIn"}
    ),
    "another loopback address": ("local[*]", {"spark.driver.bindAddress": "::1"}),
}  # fmt: skip
UNSAFE = {
    "a master without authentication": (CLUSTER, {}, "travel to the executors"),
    "authentication alone": (CLUSTER, {"spark.authenticate": "true"}, "spark.network.crypto.enabled"),
    "TLS of Spark 4, which 3.5 does not know": (CLUSTER, {"spark.ssl.rpc.enabled": "true"}, "travel to"),
    "the encryption of Spark 1": (
        CLUSTER, {"spark.authenticate": "true", "spark.authenticate.enableSaslEncryption": "true"}, "travel to"
    ),
    "executors of a local cluster": ("local-cluster[2,1,1024]", {}, "travel to"),
    "Kubernetes with encryption off": (
        "k8s://https://10.0.0.1:6443", {"spark.network.crypto.enabled": "false"}, "travel to"
    ),
    "a way around the encryption": (
        CLUSTER, AUTHENTICATED | {"spark.network.crypto.saslFallback": "true"}, "saslFallback]"
    ),
    "a way around the encryption on YARN": (
        "yarn", {"spark.network.crypto.saslFallback": "TRUE"}, "saslFallback]"
    ),
    "a way around the encryption of a local driver": (
        "local[*]", {"spark.network.crypto.saslFallback": "true"}, "connect to Spark's driver"
    ),
    "a local driver without authentication": ("local[*]", {"spark.authenticate": "false"}, "connect to Spark's driver"),
    "spills in clear": ("local[*]", {"spark.io.encryption.enabled": "false"}, "local disks"),
    "an event log in a folder": (
        "local[*]", {"spark.eventLog.enabled": "true", "spark.eventLog.dir": "/var/log/spark"}, "event log"
    ),
    "an event log in a store without encryption": (
        "local[*]", {"spark.eventLog.enabled": "true", "spark.eventLog.dir": "s3a://logs"}, "event log"
    ),
    "open pages": ("local[*]", {"spark.ui.enabled": " TRUE"}, "user interface"),
    "lists of people and no filter that knows them": (
        "local[*]", {"spark.ui.enabled": "true", "spark.acls.enable": "true"}, "user interface"
    ),
    "a local driver on all addresses": ("local[*]", {"spark.driver.bindAddress": "0.0.0.0"}, "beyond this machine"),
}  # fmt: skip


@pytest.mark.parametrize(("master", "options"), SAFE.values(), ids=SAFE)
@pytest.mark.parametrize("mode", ["local", "production"])
def test_safe(mode: str, master: str, options: dict[str, str]) -> None:
    assert faults(master, mode, **options) == []


@pytest.mark.parametrize(("master", "options", "says"), UNSAFE.values(), ids=UNSAFE)
def test_what_is_unsafe_is_refused_in_production_and_named_in_local_mode(
    master: str, options: dict[str, str], says: str
) -> None:
    (sentence,) = faults(master, "local", **options)
    assert says in sentence
    with pytest.raises(ConfigError, match=says) as refused:
        faults(master, "production", **options)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    "words",
    [["--master", CLUSTER], ["--conf", f"spark.master={CLUSTER}"], ["--conf", "spark.ui.enabled=true"]],
    ids=["master", "master as a setting", "user interface"],
)
def test_the_command_line_counts(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", shlex.join([*words, "pyspark-shell"]))
    with pytest.raises(ConfigError):
        faults(mode="production")


@pytest.mark.parametrize("named", [True, False], ids=["named file", "usual file"])
def test_a_cluster_is_safe_by_its_own_file_of_defaults(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ("own.conf" if named else "spark-defaults.conf")
    file.write_text("# ours\nspark.authenticate   true\nspark.network.crypto.enabled=true\n\n! spark.x y\n")
    words = ["--properties-file", str(file)] if named else []
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", shlex.join([*words, "--master", CLUSTER, "pyspark-shell"]))
    assert faults(mode="production") == []
    file.write_text("spark.authenticate false\n")
    assert len(faults()) == 1
