"""An S3 server on the loopback: moto's, with writes one at a time, as S3 itself promises for conditional ones."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import yaml

from tests.loopback import HOST, free_port, wait_for

BUCKET = "mail"
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


def client(address: str) -> Any:
    """A client of another make than the job's."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name=KEYS["AWS_REGION"],
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Address of a server with an empty bucket; its log goes to `folder`."""
    port = free_port()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "tests.s3_server", str(port)], stdout=log, stderr=log)
    address = f"http://{HOST}:{port}"
    try:
        wait_for(port, "the S3 server")
        client(address).create_bucket(Bucket=BUCKET)
        yield address
    finally:
        process.kill()
        process.wait()


def s3_options(address: str) -> dict[str, str]:
    """Spark's options for the server; the keys come from the environment."""
    return {
        "spark.hadoop.fs.s3a.endpoint": address,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
    }


def write_settings(file: Path, address: str, lake: dict[str, Any], **sections: Any) -> Path:
    """A settings file of a lake in the bucket, with what lies beside a lake in the file's folder."""
    beside = {"reports": str(file.parent / "reports"), "certificates": str(file.parent / "certificates")}
    content = {
        "lake": {"root": f"s3a://{BUCKET}/lake", **beside, **lake},
        "mlflow": {"tracking_uri": f"sqlite:///{file.parent}/mlflow.db"},
        "spark": {"options": s3_options(address)},
        **sections,
    }
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def _one_write_at_a_time(app: Any) -> Any:
    """moto compares an ETag and stores the object in two steps, between which another request may come."""
    alone = threading.Lock()

    def serve(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return list(app(environ, start))
        with alone:
            return list(app(environ, start))

    return serve


def main(port: int) -> None:
    """Serves until it is killed."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from moto.server import MotoRequestHandler  # type: ignore[attr-defined]
    from werkzeug.serving import run_simple

    app = _one_write_at_a_time(DomainDispatcherApplication(create_backend_app))
    run_simple(HOST, port, app, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main(int(sys.argv[1]))
