"""What keeps others out of Spark: safe defaults, and a look at what an operator's own options open again.

The key travels to Python workers inside the tasks, so whoever can read Spark's connections, its local files or its
event log can read the key or what it protects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address

from triage.config import Settings
from triage.errors import ConfigError
from triage.spark.given import options_of_command_line, options_of_defaults_file

LOOPBACK = "127.0.0.1"
SECRET_OPTION = re.compile("secret|password|token|access.?key", re.IGNORECASE)
"""Options that are passwords, by their name, as `spark.redaction.regex` finds them."""

_LOCAL = re.compile(r"local(\[[^\]]*\])?")
_OWN_SECRET = re.compile(r"yarn|k8s://.*")
"""Masters of which Spark makes and hands out the secret of its connections itself; on others an operator sets one."""

_ENCRYPTED_CONNECTIONS = {"spark.authenticate": "true", "spark.network.crypto.enabled": "true"}
_SASL_FALLBACK = "spark.network.crypto.saslFallback"
"""Whether a connection may be opened by SASL instead, without encryption; Spark's default is true."""

_S3A_ENCRYPTION = re.compile(
    r"spark\.hadoop\.fs\.s3a\.(bucket\.[^.]+\.)?(encryption\.algorithm|server-side-encryption-algorithm)"
)

Options = Mapping[str, str]


def is_local_master(master: str) -> bool:
    """Whether Spark works in the driver's process alone. `local-cluster[…]` starts others and does not count."""
    return _LOCAL.fullmatch(master) is not None


def hardened(master: str) -> dict[str, str]:
    """Spark's options that are safe for a master; what an operator gives wins over them."""
    options = {
        # what Spark writes to local disks: spills, and large functions with their keys
        "spark.io.encryption.enabled": "true",
        "spark.ui.enabled": "false",  # a port without a password that nobody looks at
        "spark.eventLog.enabled": "false",  # holds rows in the messages of failed tasks, in clear
        _SASL_FALLBACK: "false",  # else who connects may choose to go without encryption
    }
    if is_local_master(master):
        # The driver listens for executors that never come; others on this machine must not connect in their place. With
        # its connections encrypted, Spark has no reason to warn at each start that keys will be visible on the wire.
        options |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
    if is_local_master(master) or _OWN_SECRET.fullmatch(master):
        options |= _ENCRYPTED_CONNECTIONS
    return options


def master_of(settings: Settings) -> str:
    """The Spark master in force."""
    given = options_of_command_line()
    return given.get("spark.master") or settings.spark.options.get("spark.master") or settings.spark.master


def validate_spark(settings: Settings) -> list[str]:
    """What is unsafe in the options that Spark would start with, a sentence each; starts nothing.

    Raises ConfigError for the first one where the mode is production.
    """
    master = master_of(settings)
    given = settings.spark.options | options_of_command_line()
    options = options_of_defaults_file() | hardened(master) | given
    faults = [fault for check in _CHECKS for fault in check(master, options)]
    if faults and settings.mode == "production":
        raise faults[0]
    return [str(fault) for fault in faults]


def _connections(master: str, options: Options) -> Iterator[ConfigError]:
    # Spark 3.5 has no TLS for its connections: spark.ssl.rpc.enabled came with Spark 4.0 and does nothing here. Its
    # SASL encryption (DIGEST-MD5, 3DES) is no protection, either.
    wrong = [key for key in _ENCRYPTED_CONNECTIONS if not _is_on(options, key)]
    if _is_on(options, _SASL_FALLBACK):
        wrong.append(_SASL_FALLBACK)
    if not wrong:
        return
    if is_local_master(master):
        yield ConfigError(
            "Others on this machine can connect to Spark's driver.",
            where=", ".join(wrong),
            remedy="Leave these options out: they are on by default.",
        )
        return
    yield ConfigError(
        "The key would travel to the executors in clear, where everybody on the network can read it.",
        where=", ".join(wrong),
        remedy="Set spark.authenticate and spark.network.crypto.enabled to true, spark.network.crypto.saslFallback to "
        "false, and spark.authenticate.secret to a secret of the cluster's own, at its master, its workers and here "
        "(docs/operate.md).",
    )


def _local_files(_: str, options: Options) -> Iterator[ConfigError]:
    if not _is_on(options, "spark.io.encryption.enabled"):
        yield ConfigError(
            "Spark would write mails and the key to its local disks in clear.",
            where="spark.io.encryption.enabled",
            remedy="Leave it out: it is on by default.",
        )


def _event_log(_: str, options: Options) -> Iterator[ConfigError]:
    to_encrypted_store = options.get("spark.eventLog.dir", "").startswith("s3a://") and any(
        _S3A_ENCRYPTION.fullmatch(key) and value for key, value in options.items()
    )
    if _is_on(options, "spark.eventLog.enabled") and not to_encrypted_store:
        yield ConfigError(
            "Spark's event log would hold rows in clear.",
            where="spark.eventLog.enabled",
            remedy="Leave it off, or write it to s3a:// with spark.hadoop.fs.s3a.encryption.algorithm set.",
        )


def _user_interface(_: str, options: Options) -> Iterator[ConfigError]:
    # Without a filter that signs people in, nobody has a name, and Spark's lists of who may look let everybody in.
    is_closed = _is_on(options, "spark.acls.enable") and options.get("spark.ui.filters", "").strip()
    if _is_on(options, "spark.ui.enabled") and not is_closed:
        yield ConfigError(
            "Spark's user interface would be open to everybody who reaches its port.",
            where="spark.ui.enabled",
            remedy="Leave it off, or set spark.acls.enable and spark.ui.filters (a filter that signs people in).",
        )


def _addresses(master: str, options: Options) -> Iterator[ConfigError]:
    if is_local_master(master) and not _is_loopback(options["spark.driver.bindAddress"]):
        yield ConfigError(
            "Spark would listen beyond this machine, where nobody has to reach it.",
            where="spark.driver.bindAddress",
            remedy="Leave it out: with a local master it is the loopback address by default.",
        )


_CHECKS: tuple[Callable[[str, Options], Iterator[ConfigError]], ...] = (
    _connections,
    _local_files,
    _event_log,
    _user_interface,
    _addresses,
)


def _is_on(options: Options, key: str) -> bool:
    return options.get(key, "").strip().casefold() == "true"


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"
