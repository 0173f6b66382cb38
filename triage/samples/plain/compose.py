"""A plain mail from a statement: subject and body as hurried, polite or annoyed people write them."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from triage.samples.labels import Shares
from triage.samples.model import Split
from triage.samples.plain.phrases import SPAM, PlainPhrases, Statement
from triage.samples.text.draft import Draft, Fragment, lowered
from triage.samples.text.scene import Scene

PLAIN_LABELS = {"priority": "normal", "sentiment": "neutral"}
"""What a statement says where it says nothing else."""

CUES = {
    "priority": Shares({"": 78, "low": 6, "high": 9, "urgent": 7}),
    "sentiment": Shares({"": 78, "negative": 12, "positive": 10}),
}
"""A sentence of the language's phrases that shows the label, behind a statement that leaves it open."""

HELD_OUT_PERCENT = 6
"""Of the statements and matters: whole lines, so that the held-out mails say what no training mail says; few, because
the first model does not learn them."""

_SUBJECTS = Shares({"matter": 45, "topic": 20, "start": 20, "vague": 5, "none": 10})
_PREFIXES = Shares({"": 80, "Re: ": 13, "RE: ": 4, "Fwd: ": 3})


@dataclass(frozen=True, slots=True)
class PlainMail:
    """A plain mail with its labels; heads of which it says nothing are left out."""

    subject: Fragment
    body: Fragment
    labels: dict[str, str]
    split: Split
    reply: bool


def compose_plain(scene: Scene, phrases: PlainPhrases, department: str) -> PlainMail:
    """One plain mail to a department, or spam."""
    framed = department != SPAM and scene.chance(0.4)
    matter = scene.pick(phrases.matters[department]) if department != SPAM else ""
    scene.facts["matter"] = matter
    statement = scene.pick(phrases.frames if framed else phrases.statements[department])
    said, labels = _said(scene, statement, department)
    if department != SPAM and not framed and scene.chance(0.2):
        said.append(scene.say(scene.pick(scene.bank.topics[department]).ask))
    first = said[0]
    subject = _subject(scene, department, matter, first)
    prefix = _PREFIXES.draw(scene.random) if subject.text else ""
    body = _body(scene, said, bare=department == SPAM)
    side = _split(matter if framed else statement.source)
    return PlainMail(_joined(prefix, subject), body, labels, side, prefix.lower() == "re: ")


def _said(scene: Scene, statement: Statement, department: str) -> tuple[list[Fragment], dict[str, str]]:
    said = [scene.say([statement.phrase])]
    if department == SPAM:
        return said, {"kind": SPAM, "priority": "low"}
    labels = {"category": department, "kind": "human", **PLAIN_LABELS, **statement.stated}
    for head, cues in CUES.items():
        label = "" if head in statement.stated else cues.draw(scene.random)
        if label:
            labels[head] = label
            bank = scene.bank.priority if head == "priority" else scene.bank.sentiment
            said.insert(int(scene.random() * 2), scene.say(bank[label]))
    return said, labels


def _subject(scene: Scene, department: str, matter: str, first: Fragment) -> Fragment:
    form = _SUBJECTS.draw(scene.random)
    if form == "none":
        return Fragment("")
    if form == "vague":
        return scene.say(scene.bank.vague_subjects)
    if form == "start" or department == SPAM:
        return _start(first)
    if form == "topic":
        return scene.say(scene.pick(scene.bank.topics[department]).subject)
    return Fragment(matter[:1].upper() + matter[1:] if scene.chance(0.6) else matter)


def _start(fragment: Fragment) -> Fragment:
    """The first words, up to the first mark or punctuation, as people repeat them in the subject."""
    end = min([mark[0] for mark in fragment.marks] + [len(fragment.text)])
    words = fragment.text[:end].split(",")[0].split(".")[0].split(" ")
    return Fragment(" ".join(words[:6]).strip())


def _body(scene: Scene, said: list[Fragment], *, bare: bool) -> Fragment:
    frame, draft = scene.bank.frame, Draft()
    if scene.chance(0.35 if bare else 0.6):
        scene.write(frame[scene.pick(("greeting_informal", "greeting_named", "greeting_formal"))], draft)
        draft.add("\n\n" if scene.chance(0.5) else "\n")
    for index, sentence in enumerate(said):
        draft.add(" " if index else "")
        draft.extend(sentence)
    if not bare and scene.chance(0.15):
        draft.add(" ")
        scene.write(frame["closing"], draft)
    if scene.chance(0.3 if bare else 0.65):
        _sign(scene, draft, formal=scene.chance(0.7))
    text = draft.freeze()
    return lowered(text) if scene.chance(0.1) else text


def _sign(scene: Scene, draft: Draft, *, formal: bool) -> None:
    draft.add("\n\n" if scene.chance(0.5) else "\n")
    if formal:
        scene.write(scene.bank.frame["signoff"], draft)
        draft.add("\n")
    draft.extend(scene.pick(scene.sender.signatures))


def _joined(prefix: str, subject: Fragment) -> Fragment:
    draft = Draft()
    draft.add(prefix)
    draft.extend(subject)
    return draft.freeze()


def _split(source: str) -> Split:
    return "test" if crc32(source.encode()) % 100 < HELD_OUT_PERCENT else "train"
