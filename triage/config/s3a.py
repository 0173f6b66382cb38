"""What Spark's options for its file system S3A say of a bucket, for clients that are not Spark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "spark.hadoop.fs.s3a."
_ANONYMOUS = "AnonymousAWSCredentialsProvider"


@dataclass(frozen=True, slots=True)
class S3aBucket:
    """A bucket, a prefix in it, and Spark's options for it."""

    bucket: str
    prefix: str
    options: Mapping[str, str]

    def option(self, name: str, default: str = "") -> str:
        """An option of S3A, by its name after `fs.s3a.`; one of this bucket alone wins."""
        own = self.options.get(f"{PREFIX}bucket.{self.bucket}.{name}")
        return own if own is not None else self.options.get(PREFIX + name, default)

    @property
    def is_encrypted(self) -> bool:
        """Whether requests go by HTTPS."""
        endpoint = self.option("endpoint")
        is_off = self.option("connection.ssl.enabled", "true").lower() == "false"
        return not (endpoint.startswith("http://") or (is_off and not endpoint.startswith("https://")))

    @property
    def is_anonymous(self) -> bool:
        """Whether requests are not signed."""
        return _ANONYMOUS in self.option("aws.credentials.provider")

    @property
    def uses_paths(self) -> bool:
        """Whether the bucket's name stands in the path of a URL rather than in its host."""
        return self.option("path.style.access", "false").lower() == "true"

    def endpoint(self) -> str:
        """The URL of a server that is not Amazon's own, empty for Amazon."""
        endpoint = self.option("endpoint")
        if not endpoint or "://" in endpoint:
            return endpoint
        return f"{'https' if self.is_encrypted else 'http'}://{endpoint}"


def s3a_options(options: Mapping[str, str]) -> dict[str, str]:
    """Those of Spark's options that are S3A's."""
    return {name: value for name, value in options.items() if name.startswith(PREFIX)}
