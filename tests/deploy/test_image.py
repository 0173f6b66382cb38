"""The image: its files read everywhere; built and run, without network, where `-m exhaustive` asks for it."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, INSTALLED, require_job
from tests.deploy.image_builder import Builder
from triage.config import PROJECT

IMAGE = DEPLOY / "image"
STEPS = re.sub(r"\\\n", " ", (IMAGE / "Containerfile").read_text(encoding="utf-8")).splitlines()


SHIPPED = """
alerts.yaml approvals.yaml licences.yaml local.yaml privacy.yaml prod.yaml routing.yaml taxonomy.yaml
embeddings.lock installer.lock requirements.lock jars/jars.lock jars/ivy.xml jars/ivysettings.xml
log4j2.properties log4j2-json.properties deploy/image/entrypoint.sh
""".split()
"""Files of conf that set-up and jobs read."""


def steps(word: str) -> list[str]:
    """Arguments of the last stage's instructions of a kind."""
    last = max(n for n, line in enumerate(STEPS) if line.startswith("FROM "))
    return [line.split(maxsplit=1)[1] for line in STEPS[last:] if line.startswith(f"{word} ")]


def test_the_image_runs_as_a_user_by_number_so_that_kubernetes_sees_that_it_is_not_root() -> None:
    assert steps("USER") == ["10001:10001"]


def test_nothing_is_fetched_but_by_the_locks_and_debians_packages() -> None:
    assert not [line for line in STEPS if line.startswith("ADD ") or re.search(r"curl|wget|https?://", line)]


def test_the_base_is_an_argument_so_that_it_can_be_named_by_digest() -> None:
    assert next(line for line in STEPS if line.startswith("FROM ")).startswith("FROM ${BASE} ")


def test_the_health_check_is_the_doctor() -> None:
    (line,) = [line for line in STEPS if line.strip().startswith("HEALTHCHECK")]
    words = json.loads(line[line.index("CMD") + 3 :])
    assert words[1] == "jobs/doctor.py"
    require_job("doctor")


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """The entry point with a launcher and a Java that print what they were called with."""
    script = (IMAGE / "entrypoint.sh").read_text(encoding="utf-8").replace(INSTALLED, str(tmp_path))
    (tmp_path / "entrypoint.sh").write_text(script, encoding="utf-8")
    (tmp_path / "env/venv/lib/python3.11/site-packages/pyspark/jars").mkdir(parents=True)
    for name in ("spark-submit.sh", "java"):
        file = tmp_path / name
        file.write_text('#!/bin/bash\nprintf "%s\\n" "${0##*/}" "$@" "ip=${SPARK_LOCAL_IP:-}"\n', encoding="utf-8")
        file.chmod(0o755)
    return tmp_path


def enter(container: Path, *words: str, **variables: str) -> list[str]:
    environment = {"PATH": f"{container}:/usr/bin:/bin", "TRIAGE_ENV": str(container / "env"), **variables}
    command = ["bash", str(container / "entrypoint.sh"), *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=30, check=True
    ).stdout.splitlines()


def test_a_job_is_started_with_its_arguments_on_the_loopback(container: Path) -> None:
    assert enter(container, "jobs/nightly.py", "--set", "a=b c") == [
        "spark-submit.sh",
        "jobs/nightly.py",
        "--set",
        "a=b c",
        "ip=127.0.0.1",
    ]


def test_a_driver_that_executors_must_reach_is_not_bound_to_the_loopback(container: Path) -> None:
    assert enter(container, "jobs/nightly.py", SPARK_LOCAL_HOSTNAME="10.1.2.3")[-1] == "ip="


def test_an_executor_is_started_as_spark_asks_for_it(container: Path) -> None:
    """Names and values as spark-kubernetes 3.5 gives them to an executor's container (BasicExecutorFeatureStep)."""
    words = enter(
        container,
        "executor",
        SPARK_JAVA_OPT_0="-Da=b c",
        SPARK_JAVA_OPT_1="-XX:+UseParallelGC",
        SPARK_DRIVER_URL="spark://CoarseGrainedScheduler@10.1.2.3:7078",
        SPARK_EXECUTOR_ID="1",
        SPARK_EXECUTOR_CORES="2",
        SPARK_EXECUTOR_MEMORY="4096m",
        SPARK_APPLICATION_ID="spark-1",
        SPARK_EXECUTOR_POD_IP="10.1.2.4",
        SPARK_EXECUTOR_POD_NAME="triage-exec-1",
        SPARK_RESOURCE_PROFILE_ID="0",
    )
    assert words[:5] == ["java", "-Da=b c", "-XX:+UseParallelGC", "-Xms4096m", "-Xmx4096m"]
    main = words.index("org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend")
    assert words[main - 2] == "-cp" and "/pyspark/jars/*" in words[main - 1]
    assert dict(zip(words[main + 1 : -1 : 2], words[main + 2 : -1 : 2], strict=True)) == {
        "--driver-url": "spark://CoarseGrainedScheduler@10.1.2.3:7078",
        "--executor-id": "1",
        "--cores": "2",
        "--app-id": "spark-1",
        "--hostname": "10.1.2.4",
        "--resourceProfileId": "0",
        "--podName": "triage-exec-1",
    }


def test_what_is_copied_holds_all_that_a_job_needs_and_no_tests() -> None:
    kept = {line[1:] for line in (IMAGE / "containerignore").read_text(encoding="utf-8").splitlines() if line[0] == "!"}
    assert kept >= {"conf", "jobs", "triage", "spark-submit.sh", "setup.cfg"}
    assert not kept & {"tests", ".env", ".git", "var"}
    assert all(any(PROJECT.glob(name)) for name in kept)


def test_no_settings_of_a_checkout_get_into_the_image(tmp_path: Path) -> None:
    """Its layers are readable by all who may pull it. By buildah itself, whose last matching line wins."""
    checkout = tmp_path / "checkout"
    shutil.copytree(PROJECT / "conf", checkout / "conf")
    own = (
        "spark-defaults.conf",
        "hdfs-site.xml",
        "core-site.xml",
        "own.yaml",
        "key",
        "spark-env.sh",
    )
    for name in (*(f"conf/{name}" for name in own), ".env/key", "key", "triage/__pycache__/a.pyc", "triage/a.py"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).touch()
    (tmp_path / "Containerfile").write_text("FROM scratch\nCOPY . /\n", encoding="utf-8")
    files = ["--file", str(tmp_path / "Containerfile"), "--ignorefile", str(IMAGE / "containerignore")]
    out = tmp_path / "out"
    Builder(tmp_path).call("bud", "--format", "docker", *files, "--output", f"type=local,dest={out}", str(checkout))
    taken = {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}
    assert not taken & {f"conf/{name}" for name in own} and not [name for name in taken if "key" in name]
    assert taken >= {f"conf/{name}" for name in SHIPPED} | {"triage/a.py"}
    assert "triage/__pycache__/a.pyc" not in taken


@pytest.mark.slow
@pytest.mark.timeout(6_000)
@pytest.mark.exhaustive(sample=0)
def test_the_image_is_built_and_runs_a_night_without_network_or_a_writable_root(tmp_path: Path) -> None:
    builder = Builder(tmp_path)
    builder.build(builder.make_base(), "triage")
    data = tmp_path / "data"
    data.mkdir()
    (data / "own.yaml").write_text(
        "sources: [/opt/triage/triage/samples/data/sample.mbox.gz]\nlake: {root: /data/lake}\n", encoding="utf-8"
    )
    shutil.chown(data, 10001, 10001)
    settings = ["--conf", "conf/prod.yaml", "--conf", "/data/own.yaml"]
    variables = {"TRIAGE_KEY": secrets.token_hex(32)}
    run = builder.run("triage", data, ["jobs/nightly.py", *settings, "--summary", "/data/run.json"], variables)
    assert run.returncode == 0, run.stderr[-2000:]
    summary = json.loads((data / "run.json").read_text(encoding="utf-8"))
    assert summary["messages_published"] > 0
    assert summary["messages_read"] == summary["messages_new"] + summary["messages_duplicate"]
    look = builder.run("triage", data, ["jobs/doctor.py", *settings], variables)
    assert look.returncode == 0, look.stdout[-2000:]
