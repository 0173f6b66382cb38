"""The command line of jobs/govern.py, and what it prints: tables, a tree, or one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.tree import Tree

from triage.config import Settings
from triage.errors import ConfigError
from triage.monitoring.governance.document import Block, Document, Section, Table, Text
from triage.monitoring.governance.page import one_line, write_document
from triage.rights.governance.govern import RECORDS, approve, mail_lineage, records

ACTIONS = (*RECORDS, "all", "lineage", "approve")
_FOLDER = "governance"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the job beside those that all jobs take."""
    parser.add_argument("action", choices=ACTIONS, help="`all` writes inventory, record and risk")
    parser.add_argument("subject", nargs="?", metavar="MAIL_KEY|WHAT", help="for lineage: a mail key; for approve: "
                        "what the inventory names, such as rules")  # fmt: skip
    parser.add_argument("--by", default="", help="for approve: who approves")
    parser.add_argument("--note", default="", help="for approve: why, or under which conditions")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where files go; else <lake.reports>/governance")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output instead of tables")


def run(args: argparse.Namespace, settings: Settings) -> None:
    """Does what the arguments ask for. Raises ConfigError where a subject is missing, or one is given for nothing."""
    takes_subject = args.action in ("lineage", "approve")
    if takes_subject != bool(args.subject):
        remedy = "Give a mail key after lineage, and a part of the inventory after approve; nothing after the others."
        raise ConfigError("The action and its subject do not fit.", where="MAIL_KEY|WHAT", remedy=remedy)
    if args.action == "approve":
        approval = approve(settings, args.subject, args.by, args.note)
        sys.stdout.write(one_line(f"{approval.what} {approval.version}: approved by {approval.in_words}") + "\n")
        return
    if args.action == "lineage":
        documents = [mail_lineage(settings, args.subject)]
    else:
        documents = records(settings, RECORDS if args.action == "all" else (args.action,))
    folder = args.out or settings.reports_folder / _FOLDER
    paths = [path for document in documents for path in write_document(document, folder)]
    _print(documents, as_json=args.json)
    for path in paths:
        sys.stderr.write(f"{path}\n")


def _print(documents: list[Document], *, as_json: bool) -> None:
    if as_json:
        found = {document.name: document.as_json() for document in documents}
        content = next(iter(found.values())) if len(found) == 1 else found
        sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    for document in documents:
        if document.name.startswith("lineage-"):
            console.print(tree(document))
        else:
            console.print(f"\n[bold]{_plain(document.title)}[/bold]")
            for section in document.sections:
                _print_section(section, console)


def tree(document: Document) -> Tree:
    """A record whose sections hold tables of facts, as a tree."""
    root = Tree(f"[bold]{_plain(document.title)}[/bold]: {_plain(document.lead)}")
    for section in document.sections:
        branch = root.add(f"[bold]{_plain(section.title)}[/bold]")
        for block in section.blocks:
            if isinstance(block, Table):
                twig = branch.add(_plain(block.title))
                for row in block.rows:
                    twig.add(_plain(": ".join(row)))
        if section.notice:
            branch.add(_plain(section.notice))
    return root


def _print_section(section: Section, console: Console) -> None:
    reference = f" [dim]{_plain(section.reference)}[/dim]" if section.reference else ""
    console.print(f"\n[bold]{_plain(section.title)}[/bold]{reference}")
    for block in section.blocks:
        console.print(_shown(block))
    if section.notice:
        console.print(f"[yellow]{_plain(section.notice)}[/yellow]")


def _shown(block: Block) -> Grid | str:
    if isinstance(block, Text):
        return _plain(block.text)
    if isinstance(block, Table):
        grid = Grid(*(_plain(name) for name in block.header), title=_plain(block.title) or None, title_justify="left")
        for row in block.rows:
            grid.add_row(*(_plain(cell) for cell in row))
        return grid
    return "\n".join(f"- {_plain(item)}" for item in block.items)


def _plain(text: str) -> str:
    """A value without signs that steer the terminal or that rich reads as markup."""
    return escape(one_line(text))
