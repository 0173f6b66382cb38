"""How replies carry what they answer: each mail program in its own way."""

from __future__ import annotations

from datetime import datetime

from triage.samples.people.people import Person
from triage.samples.text.draft import Draft, Fragment, prefixed
from triage.samples.text.scene import Scene

DATE_FORMS = {
    "en": "%a, %b %d, %Y at %H:%M",
    "de": "%d.%m.%Y um %H:%M",
    "fr": "%d/%m/%Y à %H:%M",
    "es": "%d/%m/%Y a las %H:%M",
    "it": "%d/%m/%Y alle ore %H:%M",
    "nl": "%d-%m-%Y om %H:%M",
    "pt": "%d/%m/%Y às %H:%M",
    "pl": "%d.%m.%Y o %H:%M",
    "da": "%d.%m.%Y kl. %H.%M",
    "sv": "%Y-%m-%d kl. %H:%M",
}
LONGEST_QUOTE = 2500
"""Characters of quoted text after which a mail program's user cuts the tail."""


def quoted(scene: Scene, own: Fragment, earlier: Fragment, subject: Fragment, sent: datetime) -> Fragment:
    """The own text with the earlier mail, of `scene.receiver`, below it, above it or left out."""
    roll = scene.random()
    if roll < 0.10:
        return own
    draft = Draft()
    if roll < 0.18:
        _angle(scene, draft, _cut(earlier), sent)
        draft.add("\n\n")
        draft.extend(own)
        return draft.freeze()
    draft.extend(own)
    draft.add("\n\n")
    if roll < 0.62:
        _angle(scene, draft, _cut(earlier), sent)
    else:
        _outlook(scene, draft, _cut(earlier), subject, sent)
    return draft.freeze()


def forwarded(scene: Scene, note: Fragment, earlier: Fragment, subject: Fragment, author: Person) -> Fragment:
    """A note and below it somebody else's mail."""
    draft = Draft()
    draft.extend(note)
    draft.add(f"\n\n{scene.bank.forward}\n{scene.bank.outlook[0]}: ")
    _name_and_address(draft, author)
    draft.add(f"\n{scene.bank.outlook[3]}: ")
    draft.extend(subject)
    draft.add("\n\n")
    draft.extend(earlier)
    return draft.freeze()


def below(scene: Scene, own: Fragment, earlier: Fragment, sent: datetime) -> Fragment:
    """The own text with the earlier mail behind "> " below it, as machines do."""
    draft = Draft()
    draft.extend(own)
    draft.add("\n\n")
    _angle(scene, draft, _cut(earlier), sent)
    return draft.freeze()


def copied(scene: Scene, notice: Fragment, earlier: Fragment, subject: Fragment) -> Fragment:
    """A notice and below it the mail that it is about, as mail servers return it."""
    draft = Draft()
    draft.extend(notice)
    draft.add(f"\n\n--- {scene.bank.outlook[4].strip('-')} ---\n{scene.bank.outlook[3]}: ")
    draft.extend(subject)
    draft.add("\n\n")
    draft.extend(_cut(earlier))
    return draft.freeze()


def _angle(scene: Scene, draft: Draft, earlier: Fragment, sent: datetime) -> None:
    scene.facts["quoted_date"] = sent.strftime(DATE_FORMS[scene.bank.language])
    scene.write(scene.bank.frame["quote_intro"], draft)
    draft.add("\n")
    draft.extend(prefixed(earlier, "> "))


def _outlook(scene: Scene, draft: Draft, earlier: Fragment, subject: Fragment, sent: datetime) -> None:
    words = scene.bank.outlook
    draft.add(f"{words[4]}\n" if scene.chance(0.6) else "_" * 32 + "\n")
    draft.add(f"{words[0]}: ")
    _name_and_address(draft, scene.receiver)
    draft.add(f"\n{words[1]}: {sent.strftime(DATE_FORMS[scene.bank.language])}\n{words[2]}: ")
    draft.mark(scene.sender.name, "PERSON")
    draft.add(f"\n{words[3]}: ")
    draft.extend(subject)
    draft.add("\n\n")
    draft.extend(earlier)


def _name_and_address(draft: Draft, person: Person) -> None:
    draft.mark(person.name, "PERSON")
    draft.add(" <")
    draft.mark(person.address, "EMAIL_ADDRESS")
    draft.add(">")


def _cut(fragment: Fragment) -> Fragment:
    if len(fragment.text) <= LONGEST_QUOTE:
        return fragment
    end = fragment.text.rfind("\n", 0, LONGEST_QUOTE)
    if end <= 0:
        return fragment
    return Fragment(fragment.text[:end], tuple(mark for mark in fragment.marks if mark[1] <= end))
