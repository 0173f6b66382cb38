"""A real MLflow server on the loopback that asks for user and password, over a real PostgreSQL."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.loopback import HOST, free_port
from tests.other_users import folder_for_all_users

_DEBIAN = Path("/usr/lib/postgresql")
_ADMIN = "admin"


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    found = sorted(_DEBIAN.glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@dataclass(frozen=True)
class PasswordServer:
    """Where the server answers, and what it and its database ask for."""

    uri: str
    user: str
    password: str
    database_password: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def variables(self) -> dict[str, str]:
        """What a job's environment needs."""
        return {"MLFLOW_TRACKING_USERNAME": self.user, "MLFLOW_TRACKING_PASSWORD": self.password}

    def stop(self) -> None:
        """Ends the server."""
        self.process.terminate()
        self.process.wait(60)


@contextmanager
def password_server(programs: Path, python: Path = Path(sys.executable)) -> Iterator[PasswordServer]:
    """A server of an environment's Python, with one user beside its administrator; all of it is gone afterwards."""
    with (
        folder_for_all_users("pg") as place,  # PostgreSQL runs as another user where the tests run as root
        _database(programs, place) as (port, password),
        _server(place, port, password, python) as server,
    ):
        yield server


@contextmanager
def _database(programs: Path, place: Path) -> Iterator[tuple[int, str]]:
    """PostgreSQL with the databases `mlflow` and `users`, for the user `mlflow` with a password."""
    user, port, password = _unprivileged(), free_port(), secrets.token_hex(12)
    (place / "password").write_text(password, "utf-8")
    data = place / "data"
    data.mkdir(mode=0o700)
    if user is not None:
        for path in (data, place / "password"):
            shutil.chown(path, user)

    def run(*command: str) -> None:
        environment = os.environ | {"PGPASSWORD": password}
        subprocess.run(command, user=user, env=environment, cwd="/", check=True, capture_output=True, timeout=120)

    known = ("-U", "mlflow", "--auth=scram-sha-256", f"--pwfile={place / 'password'}", "--no-sync")
    run(str(programs / "initdb"), "-D", str(data), *known)
    options = f"-p {port} -c listen_addresses={HOST} -c unix_socket_directories='' -c fsync=off"
    run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
    try:
        for name in ("mlflow", "users"):
            run(str(programs / "createdb"), "-h", HOST, "-p", str(port), "-U", "mlflow", name)
        yield port, password
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


def _unprivileged() -> str | None:
    """The user for PostgreSQL, which does not run as root; None where the tests do not either."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def _server(place: Path, database_port: int, database_password: str, python: Path) -> Iterator[PasswordServer]:
    port, admin = free_port(), secrets.token_hex(12)
    database = f"postgresql+psycopg://mlflow@{HOST}:{database_port}"
    config = place / "basic_auth.ini"
    config.write_text(
        f"[mlflow]\ndefault_permission = READ\ndatabase_uri = {database}/users\nadmin_username = {_ADMIN}\n", "utf-8"
    )
    variables = {
        "MLFLOW_BACKEND_STORE_URI": f"{database}/mlflow",
        "PGPASSWORD": database_password,
        "MLFLOW_AUTH_CONFIG_PATH": str(config),
        "MLFLOW_AUTH_ADMIN_PASSWORD": admin,
        "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(16),
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    options = ("--app-name", "basic-auth", "--artifacts-destination", str(place / "artifacts"))
    command = [
        str(python),
        "-m",
        "mlflow",
        "server",
        *options,
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    process = _start(command, variables, place)
    try:
        uri = f"http://{HOST}:{port}"
        _wait(uri, process, place / "server.log")
        password = secrets.token_hex(12)
        made = {"username": "night", "password": password}
        answer = requests.post(f"{uri}/api/2.0/mlflow/users/create", json=made, auth=(_ADMIN, admin), timeout=60)
        answer.raise_for_status()
        yield PasswordServer(uri, "night", password, database_password, process, place / "server.log")
    finally:
        process.terminate()
        process.wait(60)


def _start(command: Sequence[str], variables: Mapping[str, str], place: Path) -> subprocess.Popen[bytes]:
    with (place / "server.log").open("w") as log:
        return subprocess.Popen(command, env=os.environ | variables, cwd=place, stdout=log, stderr=log)


def _wait(uri: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text("utf-8")
        try:
            if requests.get(f"{uri}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(log.read_text("utf-8"))
