"""What a job over persons needs of an opened lake; the jobs pass in the pipeline's run, which has it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from triage.config import Settings
from triage.lake.objects.versions import require_no_versions
from triage.lake.presence import require_lake
from triage.lake.store import Store
from triage.paths import is_local
from triage.privacy.pseudonyms.keys import Keys
from triage.spark.bucket import keeps_versions
from triage.spark.session import spark_session


class OpenLake(Protocol):
    """A lake with its tables and keys, opened for one job."""

    @property
    def settings(self) -> Settings:
        """The job's settings."""

    @property
    def store(self) -> Store:
        """The lake's tables."""

    @property
    def keys(self) -> Keys:
        """The keys of the settings."""

    def resume(self) -> object:
        """Validates that the keys are the lake's, and finishes what a killed run left: no batch is half-way then."""

    def start_spark(self) -> None:
        """Starts Spark where it does not run yet."""

    def stage(self, name: str, note: str = "") -> AbstractContextManager[object]:
        """Shows a step at work and measures its time."""


Opener = Callable[[], OpenLake]
"""Opens the lake; called once the settings are validated, because it may make a development key."""


def require_erasable_lake(settings: Settings) -> None:
    """Raises ConfigError where there is no lake, or one in a bucket that keeps what is removed."""
    root = settings.lake.root
    require_lake(Store(lambda: spark_session(settings), root))
    if not is_local(root):
        require_no_versions(root, keeps_versions(spark_session(settings), root))
