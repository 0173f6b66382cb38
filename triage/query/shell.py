"""A prompt for statements, with history and completion."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer
from rich.console import Console

from triage.cli import report_fault
from triage.errors import TriageError
from triage.query.language.dictionary import RELATIONS

_WORDS = (
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "JOIN", "LEFT JOIN", "ON", "AS", "AND", "OR",
    "NOT", "IN", "IS NULL", "LIKE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "WITH", "DISTINCT", "count(*)",
    "sum", "avg", "min", "max", "date_trunc", "explode", "LATERAL VIEW", "SHOW TABLES", "DESCRIBE",
)  # fmt: skip
_WORD = re.compile(r"[\w.]+")
_LEAVE = frozenset({"exit", "quit", "\\q"})
_HELP = (
    "A statement ends with ; and Enter. SHOW TABLES lists the tables, DESCRIBE zone.table its columns. "
    "Tab completes, the arrow keys go through earlier statements, Ctrl-D or exit leaves."
)


def run_shell(answer: Callable[[str], None], console: Console) -> None:
    """Asks for statements until the user leaves; a fault ends the statement, and Ctrl-C ends it or clears the line."""
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(_history_file())),
        completer=NameCompleter(),
        complete_while_typing=False,
        lexer=PygmentsLexer(SqlLexer),
        multiline=True,
        key_bindings=_bindings(),
        prompt_continuation="    -> ",
    )
    console.print(_HELP, markup=False)
    for sql in _statements(session):
        try:
            answer(sql)
        except TriageError as fault:
            report_fault(fault)
        except KeyboardInterrupt:
            console.print("Stopped.")


def _statements(session: PromptSession[str]) -> Iterator[str]:
    while True:
        try:
            sql = session.prompt("sql> ").strip().rstrip(";").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if sql.casefold() in _LEAVE:
            return
        if sql:
            yield sql


def is_whole(text: str) -> bool:
    """Whether Enter ends the input: at a semicolon, a word to leave, or an empty line."""
    stripped = text.strip()
    return not stripped or stripped.endswith(";") or stripped.casefold() in _LEAVE or text.endswith("\n")


def _bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return bindings


class NameCompleter(Completer):
    """Tables, the columns of the tables that the statement names, and the usual words of SQL."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What begins with the word before the cursor, tables also by their name without the zone."""
        word = document.get_word_before_cursor(pattern=_WORD)
        if not word:
            return
        folded = word.casefold()
        for name in _names(document.text):
            if name.casefold().startswith(folded) or name.casefold().partition(".")[2].startswith(folded):
                yield Completion(name, start_position=-len(word))


def _names(text: str) -> list[str]:
    named = [table for name, table in RELATIONS.items() if name in text.casefold()]
    columns = {column for table in named for column in table.column_names}
    return [*sorted(columns), *RELATIONS, *_WORDS]


def _history_file() -> Path:
    """In the user's own state folder (XDG base directories), which nobody else may read."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    file = state / "triage" / "query_history"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    return file
