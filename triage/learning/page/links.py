"""Personal links: each reviewer has an address with a token in it, which stays the same when the page starts again.

The token is an HMAC of the person's token in the lake under a secret that lies beside the journal, so a list of names
is all that a start needs, and a link of yesterday opens the page of today. `--new-links` makes a new secret.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from triage.learning.page.desk.desk import Reviewer

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Links:
    """The reviewers and the secret behind their links."""

    reviewers: Sequence[Reviewer]
    secret: bytes = field(repr=False)

    def token(self, reviewer: Reviewer) -> str:
        """The secret part of the reviewer's address: 256 bits in hex."""
        return hmac.new(self.secret, b"link\0" + reviewer.token.encode(), hashlib.sha256).hexdigest()

    def of_token(self, token: str) -> Reviewer | None:
        """Whose link it is; compared with all, each in constant time."""
        found = None
        for reviewer in self.reviewers:
            if hmac.compare_digest(self.token(reviewer).encode(), token.encode("utf-8", "replace")):
                found = reviewer
        return found

    def of_reviewer_token(self, token: object) -> Reviewer | None:
        """The reviewer of a token of the lake, as a session holds it."""
        return next((reviewer for reviewer in self.reviewers if reviewer.token == token), None)

    @property
    def session_key(self) -> bytes:
        """What sessions are signed with."""
        return hmac.new(self.secret, b"session", hashlib.sha256).digest()


def read_secret(folder: Path, *, new: bool = False) -> bytes:
    """The secret in `folder`, which is made where there is none or `new` is asked for; only its owner can read it."""
    file = folder / "links.secret"
    if not new and file.is_file() and len(found := file.read_bytes()) == SECRET_BYTES:
        return found
    made = secrets.token_bytes(SECRET_BYTES)
    draft = folder / f"links.secret.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
        out.write(made)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return made
