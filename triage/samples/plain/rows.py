"""Gold rows of plain mails: labels and placeholder text, as `triage/samples/gold.py` writes them of the mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from random import Random

from triage.samples.gold import placeholders
from triage.samples.labels import Shares
from triage.samples.model import HEADS, Signs
from triage.samples.people.further import pool_of
from triage.samples.plain.compose import PlainMail, compose_plain
from triage.samples.plain.phrases import SPAM, plain_phrases
from triage.samples.text import automatic
from triage.samples.text.banks import bank
from triage.samples.text.draft import Fragment
from triage.samples.text.scene import Scene

LANGUAGE_SHARES = {"en": 40, "de": 16, "fr": 8, "es": 7, "it": 5, "nl": 5, "pt": 5, "pl": 5, "da": 4.5, "sv": 4.5}
SPAM_SHARE, MACHINE_SHARE = 0.12, 0.09

_LANGUAGES = Shares(LANGUAGE_SHARES)
_MACHINES = ("auto_reply", "bounce", "newsletter")


def plain_rows(rows: int, seed: int) -> Iterator[dict[str, object]]:
    """Rows `labels, language, split, subject, text, signs`; row i depends on the seed and i only."""
    return (_row(Random(f"{seed}:plain:{number}")) for number in range(rows))


def _row(rng: Random) -> dict[str, object]:
    language = _LANGUAGES.draw(rng.random)
    scene = _scene(rng, language)
    mail = _machine(scene) if scene.chance(MACHINE_SHARE) else _written(scene, language)
    return {
        "labels": mail.labels,
        "language": language,
        "split": mail.split,
        "subject": placeholders(mail.subject),
        "text": placeholders(mail.body),
        "signs": asdict(Signs(reply=mail.reply)),
    }


def _scene(rng: Random, language: str) -> Scene:
    everybody = pool_of(language)
    sender = rng.choice(everybody.outside[language])
    return Scene(rng, bank(language), everybody, sender, rng.choice(everybody.staff[language]))


def _written(scene: Scene, language: str) -> PlainMail:
    phrases = plain_phrases(language)
    is_spam = SPAM in phrases.statements and scene.chance(SPAM_SHARE)
    return compose_plain(scene, phrases, SPAM if is_spam else scene.pick(HEADS["category"]))


def _machine(scene: Scene) -> PlainMail:
    """Mail of a machine whose headers do not say so: only its text tells."""
    category, kind = scene.pick(HEADS["category"]), scene.pick(_MACHINES)
    original = scene.say(scene.pick(scene.bank.topics[category]).subject)
    subject, body = _machine_text(scene, kind, category, original)
    labels = {"kind": kind, "priority": "low", "sentiment": "neutral"}
    return PlainMail(subject, body, labels, "test" if scene.chance(0.15) else "train", reply=False)


def _machine_text(scene: Scene, kind: str, category: str, original: Fragment) -> tuple[Fragment, Fragment]:
    if kind == "newsletter":
        return automatic.newsletter(scene, category)
    scene.topic = scene.bank.newsletter_topics[category]
    if kind == "auto_reply":
        return automatic.auto_reply(scene, original)
    subject, body, _ = automatic.bounce(scene, original, "")
    return subject, body
