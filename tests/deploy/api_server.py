"""A real API server of Kubernetes over a real etcd, on the loopback. It has no nodes: what it takes is never run."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.files import tool
from tests.loopback import HOST, free_port, wait_for
from triage.environment.place import find_place

VERSION = "1.34.4"
_STAGED = (
    "api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap"
    " code-generator component-base component-helpers controller-manager cri-api cri-client csi-translation-lib"
    " dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator kube-controller-manager kube-proxy"
    " kube-scheduler kubectl kubelet metrics mount-utils pod-security-admission sample-apiserver sample-cli-plugin"
    " sample-controller"
).split()
"""Modules that Kubernetes' own go.mod takes from folders beside it; each is published as v0, too."""


def binary() -> str:
    """kube-apiserver: of the PATH, or built once from its Go modules, which takes many minutes."""
    found = shutil.which("kube-apiserver")
    if found:
        return found
    folder = find_place(os.environ).folder / f"kube-apiserver-{VERSION}"
    target = folder / "kube-apiserver"
    if not target.is_file():
        _build(folder, target)
    return str(target)


def _build(folder: Path, target: Path) -> None:
    go, package = tool("go", "golang"), "k8s.io/kubernetes/cmd/kube-apiserver"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "go.mod").unlink(missing_ok=True)
    staged = [f"-replace=k8s.io/{name}=k8s.io/{name}@v0.{VERSION.removeprefix('1.')}" for name in _STAGED]
    commands = [
        [go, "mod", "init", "example.com/server"],
        [go, "mod", "edit", f"-require=k8s.io/kubernetes@v{VERSION}", *staged],
        [go, "get", f"{package}@v{VERSION}"],
        [go, "build", "-p", "1", "-ldflags=-s -w", "-o", str(target), package],
    ]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    for command in commands:
        if subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode:
            pytest.skip(f"kube-apiserver {VERSION} cannot be built here")


@dataclass(frozen=True)
class ApiServer:
    """The server's address, its certificate, and a token of its administrator."""

    url: str
    certificate: Path
    token: str

    def kubectl(self, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Calls kubectl as the administrator, with `given` as standard input."""
        options = [f"--server={self.url}", f"--certificate-authority={self.certificate}", f"--token={self.token}"]
        return subprocess.run(
            [tool("kubectl", "kubernetes-client"), *options, *words],
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextlib.contextmanager
def started(folder: Path) -> Iterator[ApiServer]:
    """etcd and the server with their files in `folder`, until the block ends."""
    etcd, server, store, port = tool("etcd", "etcd-server"), binary(), free_port(), free_port()
    token, key = secrets.token_hex(16), folder / "accounts.key"
    (folder / "tokens").write_text(f"{token},admin,1,system:masters\n", encoding="utf-8")
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], capture_output=True, check=True)
    url = f"http://{HOST}:{store}"
    peer = f"http://{HOST}:{free_port()}"
    commands = (
        f"{etcd} --data-dir={folder}/etcd --listen-client-urls={url} --advertise-client-urls={url}"
        f" --listen-peer-urls={peer} --initial-advertise-peer-urls={peer} --initial-cluster=default={peer}",
        f"{server} --etcd-servers={url} --bind-address={HOST} --secure-port={port} --cert-dir={folder}"
        f" --token-auth-file={folder}/tokens --authorization-mode=RBAC --service-cluster-ip-range=10.0.0.0/24"
        f" --service-account-key-file={key} --service-account-signing-key-file={key}"
        " --service-account-issuer=https://accounts.example",
    )
    with contextlib.ExitStack() as stack:
        for command, opened in zip(commands, (store, port), strict=True):
            words = command.split()
            log = stack.enter_context((folder / f"{Path(words[0]).name}.log").open("w"))
            process = subprocess.Popen(words, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            wait_for(opened, words[0])
        api = ApiServer(f"https://{HOST}:{port}", folder / "apiserver.crt", token)
        _wait_until_ready(api)
        yield api


def _wait_until_ready(api: ApiServer) -> None:
    for _ in range(120):
        if api.kubectl("get", "--raw", "/readyz").stdout == "ok":
            return
        time.sleep(1)
    raise TimeoutError("the API server did not get ready within two minutes")
