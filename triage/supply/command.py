"""What `jobs/supply.py` can be asked for, and how it is answered."""

from __future__ import annotations

import argparse
import configparser
import os
from collections import Counter
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rich.console import Console

from triage.environment.place import Place, find_place
from triage.supply import advisories, licences
from triage.supply.components import Component, components
from triage.supply.release.build import release
from triage.supply.release.signing import verify
from triage.supply.sbom import sbom, written

_LICENCES = "conf/licences.yaml"
_console = Console(highlight=False, soft_wrap=True)


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Adds the commands to a parser; each sets `run` to the function that answers it with an exit code."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("sbom", help="write the bill of materials (CycloneDX 1.6, JSON)")
    one.add_argument("--out", type=Path, required=True, metavar="FILE")
    one.set_defaults(run=_sbom)
    one = commands.add_parser("licences", help="list licences; 1 where one is unknown or not allowed")
    one.set_defaults(run=_licences)
    one = commands.add_parser("advisories", help="compare with advisories in OSV's format; 1 where one applies")
    one.add_argument("files", type=Path, nargs="+", metavar="FILE", help="JSON files, folders or zips of them")
    one.set_defaults(run=_advisories)

    one = commands.add_parser("release", help="build, sign and pack a release from a clean checkout")
    one.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    one.add_argument("--key", type=Path, required=True, metavar="PEM", help="Ed25519 key that nobody else can read")
    one.set_defaults(run=_release)
    one = commands.add_parser("verify", help="verify a release's signature and hashes; 1 where they do not match")
    one.add_argument("archive", type=Path)
    one.add_argument("--public-key", type=Path, required=True, metavar="PEM")
    one.set_defaults(run=_verify)


def _sbom(args: argparse.Namespace) -> int:
    args.out.write_bytes(_bill())
    _console.print(f"written to {args.out}")
    return 0


def _bill() -> bytes:
    place, found = _found()
    results = licences.licensed(found, licences.read_licence_file(place.project / _LICENCES))
    return written(sbom(version(place), results, direct(place)))


def _release(args: argparse.Namespace) -> int:
    place = find_place(os.environ)
    path = release(place.project, version(place), _bill(), args.key, args.out)
    _console.print(f"written to {path}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    for line in verify(args.archive, args.public_key):
        _console.print(line, markup=False)
    return 0


def _licences(_: argparse.Namespace) -> int:
    place, found = _found()
    results = licences.licensed(found, licences.read_licence_file(place.project / _LICENCES))
    for expression, count in sorted(Counter(one.expression for one in results).items()):
        _console.print(f"{count:4} {expression}", markup=False)
    wrong = list(licences.findings(results))
    for one in wrong:
        _console.print(f"{one.component.title} {one.component.version}: {one.expression}: {one.finding}", markup=False)
    return 1 if wrong else 0


def _advisories(args: argparse.Namespace) -> int:
    _, found = _found()
    hits = advisories.affected(found, advisories.read_advisories(args.files))
    for one in hits:
        names = " ".join((one.advisory, *one.aliases))
        remedy = f"fixed in {one.fixed}" if one.fixed else "no fixed version"
        _console.print(f"{one.component.title} {one.component.version}: {names}: {remedy}", markup=False)
    _console.print(f"{len(hits)} advisories apply to {len(found)} components")
    return 1 if hits else 0


def _found() -> tuple[Place, list[Component]]:
    place = find_place(os.environ)
    return place, components(place, Path(os.environ.get("TRIAGE_JARS") or place.jars))


def version(place: Place) -> str:
    """The version in setup.cfg."""
    return _setup(place)["metadata"]["version"]


def direct(place: Place) -> list[str]:
    """The packages that setup.cfg names for a run."""
    lines = _setup(place)["options"]["install_requires"].splitlines()
    wanted = (line.strip() for line in lines)
    return [canonicalize_name(Requirement(line).name) for line in wanted if line and not line.startswith("#")]


def _setup(place: Place) -> configparser.ConfigParser:
    found = configparser.ConfigParser()
    found.read(place.project / "setup.cfg", encoding="utf-8")
    return found
