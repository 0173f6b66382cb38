"""Opens the object store of a lake with the endpoint and credentials that Spark's file system S3A uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.config.s3a import S3aBucket, s3a_options
from triage.config.storage import storage_of
from triage.errors import ConfigError, TransientError
from triage.paths import bucket_of

if TYPE_CHECKING:
    from obstore.store import S3Store

_RETRIES = 2


@dataclass(frozen=True, slots=True)
class Connection(S3aBucket):
    """A bucket, a prefix in it, and Spark's options for it; can be sent to a worker, which opens it there."""

    def open(self, seconds: float = 30.0) -> S3Store:
        """A client whose requests end after `seconds` and are repeated twice.

        What the options leave out is taken from the environment (`AWS_*`), as S3A does.
        """
        from obstore.store import S3Store

        return S3Store(
            self.bucket,
            prefix=self.prefix or None,
            config=_given(self),  # type: ignore[arg-type]  # a TypedDict of the library's stubs
            client_options={"timeout": timedelta(seconds=seconds), "allow_http": not self.is_encrypted},
            retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=3 * seconds)},
        )


def connection_to(root: str) -> Connection:
    """How the lake at `root` is reached. Raises ConfigError where it lies on no store that is known here."""
    from triage.spark.given import options_of_command_line

    place = bucket_of(root)
    if place is None:
        raise ConfigError(
            "No lock is known for a lake on this kind of storage.",
            where="lake.root",
            remedy="Take a folder, or a bucket as s3a://bucket/folder.",
        )
    options = {**storage_of(root).options, **options_of_command_line()}
    return Connection(*place, s3a_options(options))


def unanswered(fault: str, where: str) -> TransientError:
    """The error of a store that gave no good answer, without the client's text, which quotes addresses and answers."""
    return TransientError(
        f"The object store does not answer as it should: {fault}.", where=where, remedy="Start again once it does."
    )


def _given(connection: Connection) -> dict[str, str | bool]:
    """What the options state, by the names of the client; S3A's default region, without one, is us-east-1."""
    stated = {
        "access_key_id": connection.option("access.key"),
        "secret_access_key": connection.option("secret.key"),
        "session_token": connection.option("session.token"),
        "endpoint": connection.endpoint(),
        "region": connection.option("endpoint.region"),
    }
    given: dict[str, str | bool] = {name: value for name, value in stated.items() if value}
    given["virtual_hosted_style_request"] = not connection.endpoint() or not connection.uses_paths
    if connection.is_anonymous:
        given["skip_signature"] = True
    return given
