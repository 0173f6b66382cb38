"""Finds the full names that are a person's own.

Those are the names that stand, in the headers of all mails, with the person's addresses only.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pyspark.sql import types as t

from triage.config import LimitSettings
from triage.lake.tables import RAW_MAIL, SILVER_MAIL
from triage.mail.parsing.message import correspondents
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.rights.engine.base import Engine, Scan
from triage.rights.rows import Rows
from triage.rights.search.full_names import full_name, is_personal
from triage.rights.search.persons import Person

_NAMES = t.StructType([t.StructField("mail_key", t.StringType()), t.StructField("sealed", t.BinaryType())])
_SHARED = t.StructType([t.StructField("name", t.StringType())])


def add_own_names(persons: Sequence[Person], limits: LimitSettings, engine: Engine, keys: Keys) -> None:
    """Adds to the persons, whose mails are known, their own full names and the tokens of these.

    A name that also stands with somebody else's address is left out: to erase it would change other people's mails.
    """
    addresses = {address: owner for owner, person in enumerate(persons) for address in person.addresses}
    mails = {key for person in persons if person.addresses for key in person.mail_keys}
    if not mails:
        return
    named = _names_beside(addresses, mails, limits, engine, keys)
    by_token = {pseudonym("PERSON", name, keys): name for _, name in named}
    own = {pseudonym("EMAIL_ADDRESS", address, keys) for address in addresses}
    shared = {by_token[token] for token in _tokens_of_others(by_token, own, engine)}
    for owner, name in named:
        if name not in shared:
            persons[owner].names.add(name)
            persons[owner].tokens.add(pseudonym("PERSON", name, keys))


def _names_beside(
    addresses: Mapping[str, int], mail_keys: Collection[str], limits: LimitSettings, engine: Engine, keys: Keys
) -> set[tuple[int, str]]:
    """The full names that stand with an address in the headers of these mails, each with the address's owner.

    The workers hand them to the driver sealed, because Spark may write to a disk what passes between them.
    """
    chosen = Scan(RAW_MAIL, ("mail_key", "sealed"), present=("sealed",), among={"mail_key": mail_keys})

    def names(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            context = row["mail_key"].encode()
            pairs = sorted(_names_in(unseal(row["sealed"], context, keys), addresses, limits))
            if pairs:
                yield {"mail_key": row["mail_key"], "sealed": seal(json.dumps(pairs).encode(), context, keys)}

    made = engine.through(chosen, names, _NAMES)
    rows = made.rows("mail_key", "sealed")
    made.close()
    opened = [json.loads(unseal(bytes(row["sealed"]), row["mail_key"].encode(), keys)) for row in rows]
    return {(owner, name) for pairs in opened for owner, name in pairs}


def _names_in(data: bytes, addresses: Mapping[str, int], limits: LimitSettings) -> set[tuple[int, str]]:
    people = correspondents(data, limits)
    pairs = [(normalize("EMAIL_ADDRESS", one.address), full_name(one.name)) for one in people]
    own = [(addresses[address], name) for address, name in pairs if address in addresses and name]
    return {(owner, name) for owner, name in own if is_personal(name)}


def _tokens_of_others(names: Collection[str], addresses: Collection[str], engine: Engine) -> set[str]:
    """Those of the tokens of names that stand beside the token of an address that is none of `addresses`."""
    if not names:
        return set()

    def beside(rows: Rows) -> Iterator[dict[str, Any]]:
        found: set[str] = set()
        for row in rows:
            people = [person for person in (row["sender"], *(row["recipients"] or ())) if person and person["address"]]
            found |= {one["name"] for one in people if one["name"] in names and one["address"] not in addresses}
        yield from ({"name": name} for name in sorted(found))

    made = engine.through(Scan(SILVER_MAIL, ("sender", "recipients")), beside, _SHARED)
    shared = {row["name"] for row in made.rows("name")}
    made.close()
    return shared
