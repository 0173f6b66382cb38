"""Builds the image over a base made from Debian's packages, and runs it as a container runtime does, without network.

Docker's and Kubernetes' runtimes need rights that a test machine may not give: buildah isolates by chroot, and a run
has namespaces of its own for mounts, network and processes, a read-only root and the image's user.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import DEPLOY, tool
from triage.config import PROJECT

BASE = "localhost/triage-base"
AUTHORITIES = Path("/usr/local/share/ca-certificates")


@dataclass(frozen=True)
class Builder:
    """buildah, with images in `storage`."""

    storage: Path

    def call(self, *words: str, seconds: float = 300) -> str:
        """What buildah prints. Raises CalledProcessError."""
        places = ["--root", str(self.storage / "images"), "--runroot", str(self.storage / "run")]
        environment = {**os.environ, "TMPDIR": str(self.storage), "BUILDAH_ISOLATION": "chroot"}
        command = [tool("buildah", "buildah"), *places, *words]
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=seconds, check=False, cwd=PROJECT
        )
        assert result.returncode == 0, f"{shlex.join(words)}: {result.stdout[-2000:]}{result.stderr[-2000:]}"
        return result.stdout.strip()

    def make_base(self) -> str:
        """A Debian 12 as mmdebstrap makes it, named by its digest."""
        archive = self.storage / "base.tar"
        command = [tool("mmdebstrap", "mmdebstrap"), "--variant=apt", "--quiet", "bookworm", str(archive)]
        if subprocess.run(command, capture_output=True, timeout=900, check=False).returncode:
            pytest.skip("Debian's packages cannot be fetched here")
        container = self.call("from", "scratch")
        self.call("add", "--quiet", container, str(archive), "/")
        if AUTHORITIES.is_dir():  # this machine's own, such as those of a mirror
            self.call("copy", "--quiet", container, str(AUTHORITIES), str(AUTHORITIES))
        self.call("commit", "--quiet", "--rm", container, BASE)
        archive.unlink()
        return f"{BASE}@{self.call('images', '--format', '{{.Digest}}', BASE)}"

    def build(self, base: str, tag: str) -> None:
        """Builds the project's image over a base."""
        image = DEPLOY / "image"
        options = ["--format", "docker", "--isolation", "chroot", "--network", "host", "--pull-never", "--layers"]
        files = ["--file", str(image / "Containerfile"), "--ignorefile", str(image / "containerignore")]
        self.call("bud", *options, *files, "--build-arg", f"BASE={base}", "--tag", tag, ".", seconds=3_600)

    def settings(self, tag: str) -> dict[str, Any]:
        """The image's configuration, as Docker calls its parts."""
        config: dict[str, Any] = json.loads(self.call("inspect", "--type", "image", tag))["Docker"]["config"]
        return config

    def run(
        self, tag: str, data: Path, words: Sequence[str], variables: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Runs the image's entry point with `words`; `data` is mounted as /data."""
        settings = self.settings(tag)
        container = self.call("from", "--pull-never", tag)
        try:
            root = self.call("mount", container)
            given = [*settings["Env"], *(f"{name}={value}" for name, value in variables.items())]
            command = ["chroot", f"--userspec={settings['User']}", root, "/usr/bin/env", "-i", *given]
            command += ["/bin/sh", "-c", f'cd {settings["WorkingDir"]} && exec "$@"', "sh"]
            script = "\n".join([*_mounts(shlex.quote(root), shlex.quote(str(data))), 'exec "$@"'])
            unshare = ["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
            return subprocess.run(
                [*unshare, "bash", "-euc", script, "bash", *command, *settings["Entrypoint"], *words],
                capture_output=True,
                text=True,
                timeout=1_800,
                check=False,
            )
        finally:
            self.call("rm", container)


def _mounts(root: str, data: str) -> list[str]:
    """The root read-only; /tmp, /data and the kernel's own folders beside it; no interface but the loopback."""
    return [
        "mount --make-rprivate /",
        f"mount --bind {root} {root}",
        f"echo 127.0.0.1 localhost >{root}/etc/hosts",  # as every runtime gives it
        f"mount -o remount,bind,ro {root}",
        f"mount -t tmpfs -o mode=1777 tmpfs {root}/tmp",
        f"mount --bind {data} {root}/data",
        f"mount -t proc proc {root}/proc",
        f"mount --rbind /dev {root}/dev",
        "hostname a-name-without-address",
        "ip link set lo up",
    ]
