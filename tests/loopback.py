"""Ports of this machine's loopback, for servers that tests start."""

from __future__ import annotations

import socket
import time

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: str) -> None:
    """Returns once the port is open. Raises TimeoutError after a minute."""
    for _ in range(120):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.5)
    raise TimeoutError(f"{server} did not open its port within a minute")
