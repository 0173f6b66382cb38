"""The manifests, rendered by Kustomize and validated against the schemas of several versions of Kubernetes."""

from __future__ import annotations

import copy
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.files import DEPLOY, jobs_named, require_job, tool
from triage.config import load_settings

MANIFESTS = DEPLOY / "kubernetes"
TARGETS = ("base", "cluster")
VERSIONS = ("1.31", "1.34", "1.37")
"""1.31 is the first with podFailurePolicy for good."""


@cache
def rendered(target: str) -> tuple[dict[str, Any], ...]:
    return render(MANIFESTS / target)


def render(folder: Path) -> tuple[dict[str, Any], ...]:
    command = [tool("kubectl", "kubernetes-client"), "kustomize", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    return tuple(yaml.safe_load_all(result.stdout))


def of_kind(target: str, kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in rendered(target) if each["kind"] == kind}


def pod_of(cron_job: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return pod


def executor_template() -> dict[str, Any]:
    template: dict[str, Any] = yaml.safe_load((MANIFESTS / "cluster" / "executor.yaml").read_text(encoding="utf-8"))
    return template


def pods() -> list[Any]:
    """Each pod that a target makes, with a readable id."""
    return [
        *(
            pytest.param(target, name, id=f"{target} {name}")
            for target in TARGETS
            for name in ("nightly", "hourly", "counts", "learn", "maintain", "backup", "doctor")
        ),
        pytest.param("cluster", "", id="executor"),
    ]


def pod(target: str, name: str) -> dict[str, Any]:
    return pod_of(of_kind(target, "CronJob")[f"triage-{name}"]) if name else executor_template()["spec"]


@pytest.mark.exhaustive(sample=1, always=("cluster-1.37",))
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("target", TARGETS)
def test_each_object_fits_the_schema_of_its_kind(target: str, version: str) -> None:
    for each in rendered(target):
        kubernetes_validate.validate(each, version, strict=True)
    kubernetes_validate.validate({**executor_template(), "metadata": {"name": "any"}}, version, strict=True)


def test_validation_notices_a_misspelt_field() -> None:
    wrong = copy.deepcopy(next(iter(of_kind("base", "CronJob").values())))
    wrong["spec"]["concurrencypolicy"] = "Forbid"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


@pytest.mark.parametrize(("target", "name"), pods())
def test_a_pod_has_no_privilege_and_a_read_only_root(target: str, name: str) -> None:
    spec = pod(target, name)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == spec["securityContext"]["fsGroup"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (container,) = spec["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"name": "exports", "mountPath": "/exports", "readOnly": True} in container["volumeMounts"]
    assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}


@pytest.mark.parametrize("target", TARGETS)
def test_only_a_driver_has_a_token_of_the_api_server(target: str) -> None:
    with_token = {
        name for name, each in of_kind(target, "CronJob").items() if pod_of(each)["automountServiceAccountToken"]
    }
    assert with_token == ({"triage-nightly", "triage-hourly"} if target == "cluster" else set())


def test_a_driver_may_handle_pods_and_nothing_else() -> None:
    (role,) = of_kind("cluster", "Role").values()
    assert [rule["resources"] for rule in role["rules"]] == [["pods"]]
    assert not {"update", "patch", "*"} & set(role["rules"][0]["verbs"])


def test_a_driver_owns_its_executors_and_reads_the_settings_of_the_cluster() -> None:
    """Without the name of its pod, executors outlive a driver that was killed."""
    (container,) = pod("cluster", "nightly")["containers"]
    assert container["args"] == [
        *("--conf", "spark.kubernetes.container.image=$(TRIAGE_IMAGE)"),
        *("--conf", "spark.kubernetes.driver.pod.name=$(POD_NAME)", "jobs/nightly.py", "--conf", "conf/prod.yaml"),
        *("--conf", "/etc/triage/own.yaml", "--conf", "/etc/triage/cluster.yaml"),
    ]
    fields = {each["name"]: each["valueFrom"].get("fieldRef") for each in container["env"] if "valueFrom" in each}
    assert fields["POD_NAME"] == {"fieldPath": "metadata.name"}
    assert fields["SPARK_LOCAL_HOSTNAME"] == {"fieldPath": "status.podIP"}


def images_of(objects: tuple[dict[str, Any], ...]) -> set[str]:
    """The images of all containers, and those that drivers give to their executors."""
    containers = [pod_of(each)["containers"][0] for each in objects if each["kind"] == "CronJob"]
    variables = [each for container in containers for each in container["env"] if each["name"] == "TRIAGE_IMAGE"]
    assert len(variables) == 2
    return {container["image"] for container in containers} | {each["value"] for each in variables}


@pytest.mark.parametrize("where", ["an overlay", "the base"])
def test_an_upgrade_by_images_reaches_executors_too(where: str, tmp_path: Path) -> None:
    shutil.copytree(MANIFESTS, tmp_path / "kubernetes")
    new = {"name": "registry.example/triage", "newName": "registry.example/other", "digest": f"sha256:{'a' * 64}"}
    overlay: dict[str, Any] = {"resources": ["../kubernetes/cluster"]}
    if where == "an overlay":
        overlay["images"] = [new]
    else:
        file = tmp_path / "kubernetes" / "base" / "kustomization.yaml"
        base = yaml.safe_load(file.read_text(encoding="utf-8")) | {"images": [new | {"name": "triage"}]}
        file.write_text(yaml.safe_dump(base), encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "kustomization.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    assert images_of(render(tmp_path / "own")) == {f"registry.example/other@sha256:{'a' * 64}"}


def test_no_settings_name_an_image_that_an_upgrade_would_not_reach() -> None:
    (config,) = of_kind("cluster", "ConfigMap").values()
    assert "container.image" not in config["data"]["cluster.yaml"]


@pytest.mark.parametrize("target", TARGETS)
def test_everything_is_denied_that_no_policy_allows(target: str) -> None:
    policy = of_kind(target, "NetworkPolicy")["triage-deny-all"]
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_ports_of_a_run_are_those_that_its_policy_opens() -> None:
    options = yaml.safe_load((MANIFESTS / "cluster" / "cluster.yaml").read_text(encoding="utf-8"))["spark"]["options"]
    ports = {int(options["spark.driver.port"]), int(options["spark.blockManager.port"])}
    policy = of_kind("cluster", "NetworkPolicy")["triage-run"]["spec"]
    for direction in ("ingress", "egress"):
        assert {port["port"] for rule in policy[direction] for port in rule["ports"]} == ports


@pytest.mark.parametrize("target", TARGETS)
def test_no_secret_is_in_a_manifest_and_the_key_is_a_reference(target: str) -> None:
    assert not of_kind(target, "Secret")
    for name in of_kind(target, "CronJob"):
        (container,) = pod(target, name.removeprefix("triage-"))["containers"]
        given = {each["name"]: each for each in container["env"]}["TRIAGE_KEY"]
        assert given == {"name": "TRIAGE_KEY", "valueFrom": {"secretKeyRef": {"name": "triage-key", "key": "key"}}}


@pytest.mark.parametrize("target", TARGETS)
def test_only_faults_that_pass_are_tried_again(target: str) -> None:
    for each in of_kind(target, "CronJob").values():
        assert each["spec"]["concurrencyPolicy"] == "Forbid"
        job = each["spec"]["jobTemplate"]["spec"]
        rules = {rule["action"]: rule for rule in job["podFailurePolicy"]["rules"]}
        assert rules["FailJob"]["onExitCodes"]["values"] == [1, 2]
        assert 75 in rules["Count"]["onExitCodes"]["values"]
        assert job["backoffLimit"] > 0 and job["template"]["spec"]["restartPolicy"] == "Never"


@pytest.mark.parametrize("name", sorted(jobs_named((MANIFESTS / "base" / "cronjobs.yaml").read_text(encoding="utf-8"))))
def test_each_cron_job_runs_a_job_of_the_project(name: str) -> None:
    require_job(name)


@pytest.mark.parametrize("target", TARGETS)
def test_the_settings_in_the_manifests_are_settings_of_the_job(target: str, tmp_path: Path) -> None:
    (config,) = of_kind(target, "ConfigMap").values()
    files = []
    for name in [name for name in ("own.yaml", "cluster.yaml") if name in config["data"]]:
        (tmp_path / name).write_text(config["data"][name], encoding="utf-8")
        files.append(tmp_path / name)
    settings = load_settings([DEPLOY.parent / "prod.yaml", *files], [])
    assert settings.mode == "production" and settings.lake.root == "/data/lake"
    mounted = {mount["mountPath"] for mount in pod(target, "nightly")["containers"][0]["volumeMounts"]}
    assert {str(Path(settings.lake.root).parent), *settings.sources, "/etc/triage"} <= mounted
    assert settings.spark.master == ("local[*]" if target == "base" else "k8s://https://kubernetes.default.svc")
