"""What stands for an export file's name: it may be a person's, so paths are shown with a token in its place."""

from __future__ import annotations

import re

_DIGITS = 16
FILE_TOKEN = r"/<FILE_[0-9a-f]+>$"
"""Where a shown path ends in its token, as a regular expression of Python and of Java."""


def file_token(file_key: str) -> str:
    """The token of a file, such as `<FILE_5b21e07f3a9c0de1>`, from its key in ops/ledger."""
    return f"<FILE_{file_key[:_DIGITS]}>"


def folder_of(path: str) -> str:
    """The folder of a path that ends in a token."""
    return re.sub(FILE_TOKEN, "", path)
