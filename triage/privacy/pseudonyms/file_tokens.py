"""What stands for an export file's name: it may be a person's, so paths are shown with a token in its place."""

from __future__ import annotations

_DIGITS = 16


def file_token(file_key: str) -> str:
    """The token of a file, such as `<FILE_5b21e07f3a9c0de1>`, from its key in ops/ledger."""
    return f"<FILE_{file_key[:_DIGITS]}>"
