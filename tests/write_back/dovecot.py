"""A real mail server on the loopback: Dovecot, started by the tests as a process of an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

USER, PASSWORD = "desk", "not-a-secret"
DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail
mail_plugins = acl
plugin {{
  acl = vfile
}}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Server:
    """A server that runs, with the port that it listens at."""

    port: int
    folder: Path

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """A client with INBOX selected."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30) as client:
            client.login(USER, PASSWORD)
            client.select_folder("INBOX")
            yield client

    def create(self, folder: str) -> None:
        """Makes a folder."""
        with self.client() as client:
            client.create_folder(folder)

    def recent(self, folder: str) -> int:
        """How many messages nobody has seen arrive who may write; a count does not change that."""
        with self.client() as client:
            return int(client.folder_status(folder, ["RECENT"])[b"RECENT"])

    def append(self, messages: Sequence[bytes], flags: Sequence[str] = (), folder: str = "INBOX") -> None:
        """Puts messages into a folder."""
        with self.client() as client:
            for message in messages:
                client.append(folder, message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), flags)

    def protect(self, folder: str, rights: str) -> None:
        """Leaves the user these rights in a folder (RFC 4314), such as `lr`."""
        rules = self.folder / "mail" / f".{folder}" / "dovecot-acl"
        rules.write_text(f"owner {rights}\n", "utf-8")
        rules.chmod(0o644)

    def flags(self) -> dict[int, list[str]]:
        """The flags of each message in INBOX, by its number, without \\Recent."""
        with self.client() as client:
            found = client.get_flags(client.search("ALL"))
        return {uid: sorted(f.decode() for f in flags if f != b"\\Recent") for uid, flags in found.items()}


@contextmanager
def dovecot() -> Iterator[Server]:
    """The server while the block runs, with an empty INBOX."""
    assert DOVECOT
    folder = Path(tempfile.mkdtemp(prefix="dovecot"))
    uid = 65_534 if os.getuid() == 0 else os.getuid()  # as root it would read no mail
    entry, port = pwd.getpwuid(uid), _free_port()
    names = {"user": entry.pw_name, "group": _group(entry.pw_gid), "password": PASSWORD, "port": port}
    (folder / "dovecot.conf").write_text(_CONFIG.format(folder=folder, **names), "utf-8")
    for path in (folder, folder / "dovecot.conf"):
        os.chown(path, uid, entry.pw_gid)
    process = subprocess.Popen(
        [DOVECOT, "-F", "-c", str(folder / "dovecot.conf")],
        user=uid if os.getuid() == 0 else None,
        group=entry.pw_gid if os.getuid() == 0 else None,
        extra_groups=[] if os.getuid() == 0 else None,
    )
    try:
        _wait(port, process, folder)
        yield Server(port, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    log = folder / "log"
    for _ in range(300):
        assert process.poll() is None, log.read_text() if log.exists() else "dovecot ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text() if log.exists() else "dovecot does not listen")
