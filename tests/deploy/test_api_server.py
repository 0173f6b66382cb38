"""The manifests, taken by a real API server with its admission and its rights, where `-m exhaustive` asks for it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import pytest

from tests.deploy.api_server import ApiServer, started
from tests.deploy.files import DEPLOY
from tests.deploy.test_kubernetes import executor_template, of_kind, rendered

pytestmark = [pytest.mark.slow, pytest.mark.timeout(5_000)]
MANIFESTS = DEPLOY / "kubernetes"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with started(tmp_path_factory.mktemp("api")) as server:
        yield server


@pytest.fixture(scope="module")
def applied(api: ApiServer) -> ApiServer:
    """The server once it has everything of `cluster`, which holds `base`; what the controller adds is made by hand.

    Pod Security's `warn` says what a pod of a CronJob would violate; the namespace asks for it.
    """
    result = api.kubectl("apply", f"--kustomize={MANIFESTS / 'cluster'}")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("cronjob.batch/") == 6
    assert api.kubectl("create", "serviceaccount", "default", "--namespace=triage").returncode == 0
    return api


@pytest.mark.exhaustive(sample=0)
def test_the_server_takes_base_without_a_warning(api: ApiServer) -> None:
    """In a namespace of its own, since a claim's access modes are for good."""
    for each in copy.deepcopy(rendered("base")):
        where = {"name": "base"} if each["kind"] == "Namespace" else {"namespace": "base"}
        each["metadata"] |= where
        result = api.kubectl("apply", "--filename=-", given=json.dumps(each))
        assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.exhaustive(sample=0)
@pytest.mark.parametrize("name", ["nightly", "hourly", "counts", "learn", "maintain", "backup", "doctor", "executor"])
def test_the_restricted_profile_lets_each_pod_in(applied: ApiServer, name: str) -> None:
    if name == "executor":
        pod = executor_template()
    else:
        pod = of_kind("base", "CronJob")[f"triage-{name}"]["spec"]["jobTemplate"]["spec"]["template"]
    pod |= {"apiVersion": "v1", "kind": "Pod"}
    pod["metadata"] = {**pod["metadata"], "name": name, "namespace": "triage"}
    result = applied.kubectl("create", "--dry-run=server", "--filename=-", given=json.dumps(pod))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.exhaustive(sample=0)
def test_a_pod_with_more_rights_is_rejected(applied: ApiServer) -> None:
    pod = executor_template() | {"metadata": {"name": "any", "namespace": "triage"}}
    pod["spec"]["securityContext"]["runAsNonRoot"] = False
    result = applied.kubectl("create", "--dry-run=server", "--filename=-", given=json.dumps(pod))
    assert result.returncode != 0 and "violates PodSecurity" in result.stderr


@pytest.mark.exhaustive(sample=0)
@pytest.mark.parametrize(
    ("account", "verb", "what", "allowed"),
    [
        ("triage-driver", "create", "pods", True),
        ("triage-driver", "deletecollection", "pods", True),
        ("triage-driver", "get", "secrets", False),
        ("triage-driver", "update", "pods", False),
        ("triage-driver", "create", "pods --subresource=exec", False),
        ("triage", "get", "pods", False),
        ("triage", "get", "secrets", False),
    ],
)
def test_an_account_may_do_what_its_work_needs_and_nothing_else(
    applied: ApiServer, account: str, verb: str, what: str, allowed: bool
) -> None:
    who = f"--as=system:serviceaccount:triage:{account}"
    result = applied.kubectl("auth", "can-i", verb, *what.split(), "--namespace=triage", who)
    assert result.stdout.strip() == ("yes" if allowed else "no")
