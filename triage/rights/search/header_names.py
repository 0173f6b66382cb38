"""Finds the full names that are a person's own.

Those are the names that stand, in the headers of all mails, with the person's addresses only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.config import LimitSettings
from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import RAW_MAIL, SILVER_MAIL
from triage.mail.parsing.message import parse
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.tokens import pseudonym
from triage.rights.rows import Rows, in_workers
from triage.rights.search.full_names import full_name, is_personal
from triage.rights.search.persons import Person

_NAMES = t.StructType([t.StructField("mail_key", t.StringType()), t.StructField("sealed", t.BinaryType())])


def add_own_names(persons: Sequence[Person], limits: LimitSettings, store: Store, keys: Keys) -> None:
    """Adds to the persons, whose mails are known, their own full names and the tokens of these.

    A name that also stands with somebody else's address is left out: to erase it would change other people's mails.
    """
    addresses = {address: owner for owner, person in enumerate(persons) for address in person.addresses}
    mails = {key for person in persons if person.addresses for key in person.mail_keys}
    if not mails:
        return
    named = _names_beside(addresses, mails, limits, store, keys)
    by_token = {pseudonym("PERSON", name, keys): name for _, name in named}
    own = {pseudonym("EMAIL_ADDRESS", address, keys) for address in addresses}
    shared = {by_token[token] for token in _tokens_of_others(by_token, own, store)}
    for owner, name in named:
        if name not in shared:
            persons[owner].names.add(name)
            persons[owner].tokens.add(pseudonym("PERSON", name, keys))


def _names_beside(
    addresses: Mapping[str, int], mail_keys: Iterable[str], limits: LimitSettings, store: Store, keys: Keys
) -> set[tuple[int, str]]:
    """The full names that stand with an address in the headers of these mails, each with the address's owner.

    The workers hand them to the driver sealed, because Spark may write to a disk what passes between them.
    """
    raw = store.read(RAW_MAIL).where("sealed IS NOT NULL").select("mail_key", "sealed")
    chosen = raw.join(f.broadcast(keys_frame(mail_keys, store)), "mail_key", "left_semi")

    def names(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            context = row["mail_key"].encode()
            pairs = sorted(_names_in(unseal(row["sealed"], context, keys), addresses, limits))
            if pairs:
                yield {"mail_key": row["mail_key"], "sealed": seal(json.dumps(pairs).encode(), context, keys)}

    rows = in_workers(chosen, names, _NAMES).collect()
    opened = [json.loads(unseal(bytes(row.sealed), row.mail_key.encode(), keys)) for row in rows]
    return {(owner, name) for pairs in opened for owner, name in pairs}


def _names_in(data: bytes, addresses: Mapping[str, int], limits: LimitSettings) -> set[tuple[int, str]]:
    mail = parse(data, limits)
    people = [(mail.sender.address, mail.sender.name)] if mail.sender else []
    people += [(recipient.address, recipient.name) for recipient in mail.recipients]
    pairs = [(normalize("EMAIL_ADDRESS", address), full_name(name)) for address, name in people]
    own = [(addresses[address], name) for address, name in pairs if address in addresses and name]
    return {(owner, name) for owner, name in own if is_personal(name)}


def _tokens_of_others(names: Iterable[str], addresses: Iterable[str], store: Store) -> set[str]:
    """Those of the tokens of names that stand beside the token of an address that is none of `addresses`."""
    people = f.concat(
        f.array(f.struct("sender.name", "sender.address")),
        f.transform("recipients", lambda r: f.struct(r["name"].alias("name"), r["address"].alias("address"))),
    )
    pairs = store.read(SILVER_MAIL).select(f.inline(people)).distinct()
    wanted = f.broadcast(keys_frame(names, store, "name"))
    own = f.broadcast(keys_frame(addresses, store, "address"))
    beside = pairs.join(wanted, "name", "left_semi").where("address IS NOT NULL AND address <> ''")
    others = beside.join(own, "address", "left_anti").select("name").distinct()
    return {row["name"] for row in others.collect()}
