"""Where routes are written back to: files for a help desk, or keywords on a mail server."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from triage.config.base import Section
from triage.paths import PROJECT, absolute_path

FilePath = Annotated[str, AfterValidator(lambda path: absolute_path(path, PROJECT, "write_back.targets"))]
"""A path; a relative one means the project's folder."""


class JsonlTargetSettings(Section):
    """A file with one JSON object a line."""

    kind: Literal["jsonl"]

    file: FilePath
    """Its path; lines of others in it stay."""

    message_ids: bool = False
    """Whether each line has the Message-ID, by which a help desk finds its ticket; it is personal data in clear."""


class EmlTargetSettings(Section):
    """A folder of messages as they were received, with X-Triage headers on top: personal data in clear."""

    kind: Literal["eml"]

    folder: FilePath
    """Its path; only its owner may read what is written there."""


class ImapTargetSettings(Section):
    """Keywords on the messages of a mail server, where mail programs show them."""

    kind: Literal["imap"]

    host: str = Field(min_length=1)
    """The server."""

    port: int = Field(993, gt=0, lt=65_536)
    """Its port."""

    security: Literal["tls", "starttls", "none"] = "tls"
    """How the connection is encrypted; `none` is taken on this machine only."""

    ca_file: FilePath | None = None
    """Certificates that are trusted instead of the usual ones."""

    user_env: str = "TRIAGE_IMAP_USER"
    """Environment variable with the user's name."""

    password_env: str | None = None
    """Environment variable with the password."""

    password_file: FilePath | None = None
    """File with the password."""

    folders: tuple[str, ...] = ("INBOX",)
    """Folders in which messages are sought."""

    prefix: str = Field("triage-", pattern=r"^[A-Za-z0-9_-]{1,20}$")
    """What every keyword begins with."""

    seconds: float = Field(30.0, gt=0)
    """Seconds without an answer after which the server counts as away; the job ends with 75."""

    @model_validator(mode="after")
    def _has_one_password(self) -> ImapTargetSettings:
        if (self.password_env is None) == (self.password_file is None):
            raise ValueError("give one of password_env and password_file")
        return self


TargetSettings = Annotated[JsonlTargetSettings | EmlTargetSettings | ImapTargetSettings, Field(discriminator="kind")]


class WriteBackSettings(Section):
    """Where `jobs/write_back.py` writes routes to."""

    targets: dict[str, TargetSettings] = Field(default_factory=dict)
    """By name."""

    chunk: int = Field(50, ge=1, le=10_000)
    """Mails that are written between two entries of ops/write_backs; a killed job repeats at most so many."""
