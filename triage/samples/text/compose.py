"""What people write: subject and body of a first mail and of a reply."""

from __future__ import annotations

from dataclasses import dataclass

from triage.samples.labels import CONFUSED_WITH
from triage.samples.model import HEADS
from triage.samples.text.banks import Topic
from triage.samples.text.draft import Draft, Fragment, lowered, wrapped
from triage.samples.text.grammar import Phrase
from triage.samples.text.scene import Scene

Phrases = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a mail departs from its label's plain wording: what keeps a linear model from 1.0."""

    vague: float = 0.03
    """Mails that name no matter at all."""
    shared_topic: float = 0.06
    """Matters that two or three departments may own."""
    off_topic: float = 0.08
    """Mails with a sentence of another department's matters."""
    matter_again: float = 0.8
    """Replies that name the matter again."""
    vague_subject: float = 0.08
    cue: float = 0.96
    """A sentence that shows the priority or the sentiment."""
    second_cue: float = 0.7
    """Annoyed and happy people say so twice."""
    plain_cue: float = 0.45
    """The same for the labels that need no word: normal, neutral."""
    neighbour_cue: float = 0.03
    """The cue of a label beside the true one."""
    sarcasm: float = 0.10
    mixed: float = 0.04
    near_kind: float = 0.05
    """People who write about absences, bounces and newsletters."""
    urgent_subject: float = 0.30
    false_alarm: float = 0.03
    """Subjects that shout without need."""


RATES = Rates()


def topic_for(scene: Scene, category: str) -> Topic:
    """A matter of that department, sometimes one that others own too."""
    if scene.chance(RATES.shared_topic):
        shared = [topic for topic in scene.bank.shared_topics if category in topic.labels]
        if shared:
            return scene.pick(shared)
    return scene.pick(scene.bank.topics[category])


def subject_of(scene: Scene, topic: Topic, priority: str) -> Fragment:
    """The subject of a first mail."""
    draft = Draft()
    shouted = RATES.urgent_subject if priority in {"high", "urgent"} else RATES.false_alarm
    if scene.chance(shouted):
        scene.write(scene.bank.priority["subject"], draft)
        draft.add(" ")
    vague = scene.chance(RATES.vague_subject)
    scene.write(scene.bank.vague_subjects if vague else topic.subject, draft)
    return _stripped(draft.freeze())


def first_mail(scene: Scene, topic: Topic, category: str, priority: str, sentiment: str) -> Fragment:
    """Greeting, what it is about, asides, cues, sign-off and signature."""
    vague = scene.chance(RATES.vague)
    matter = [scene.say(scene.bank.vague)] if vague else _matter(scene, topic, category)
    return _letter(scene, matter, priority, sentiment)


def answer(scene: Scene, role: str, topic: Topic, priority: str, sentiment: str) -> Fragment:
    """A reply's own text, of staff or of the sender."""
    said = [scene.say(scene.bank.replies[role])]
    if scene.chance(RATES.matter_again):
        said.append(scene.say(topic.say))
    if scene.chance(0.3):
        said.append(scene.say(scene.bank.background))
    return _letter(scene, said, priority, sentiment)


def _matter(scene: Scene, topic: Topic, category: str) -> list[Fragment]:
    bank = scene.bank
    said = [scene.say(topic.say)]
    if scene.chance(0.8):
        said.append(scene.say(topic.say))
    for probability in (0.5, 0.25):
        if scene.chance(probability):
            said.append(scene.say(bank.background))
    if scene.chance(0.8):
        said.append(scene.say(topic.ask))
    if scene.chance(RATES.off_topic):
        said.append(_aside(scene, category))
    if scene.mentions:
        said += [scene.say(bank.mentions) for _ in range(1 + scene.chance(0.5))]
    if scene.chance(RATES.near_kind):
        said.insert(0, scene.say(bank.near_kind[scene.pick(tuple(bank.near_kind))]))
    return said


def _aside(scene: Scene, category: str) -> Fragment:
    other = scene.pick([name for name in HEADS["category"] if name != category])
    return scene.say(scene.pick(scene.bank.topics[other]).say)


def _letter(scene: Scene, matter: list[Fragment], priority: str, sentiment: str) -> Fragment:
    cues = [*_sentiment_cue(scene, sentiment), *_priority_cue(scene, priority)]
    for cue in cues:
        matter.insert(int(scene.random() * (len(matter) + 1)), cue)
    if scene.chance(0.25):
        matter.insert(0, scene.say(scene.bank.frame["opener"]))
    draft = Draft()
    _greet(scene, draft)
    _paragraphs(scene, matter, draft)
    _close(scene, draft)
    text = draft.freeze()
    return lowered(text) if scene.chance(0.025) else wrapped(text) if scene.chance(0.45) else text


def _priority_cue(scene: Scene, priority: str) -> list[Fragment]:
    return _cue(scene, scene.bank.priority, priority, plain="normal")


def _sentiment_cue(scene: Scene, sentiment: str) -> list[Fragment]:
    bank = scene.bank.sentiment
    if sentiment == "negative" and scene.chance(RATES.sarcasm):
        return [scene.say(bank["sarcasm"])]
    if sentiment != "neutral" and scene.chance(RATES.mixed):
        return [scene.say(bank["mixed"])]
    again = sentiment != "neutral" and scene.chance(RATES.second_cue)
    return _cue(scene, bank, sentiment, plain="neutral") + (
        _cue(scene, bank, sentiment, plain="neutral") if again else []
    )


def _cue(scene: Scene, phrases: dict[str, Phrases], label: str, plain: str) -> list[Fragment]:
    if not scene.chance(RATES.plain_cue if label == plain else RATES.cue):
        return []
    shown = scene.pick(CONFUSED_WITH[label]) if scene.chance(RATES.neighbour_cue) else label
    return [scene.say(phrases[shown])]


def _greet(scene: Scene, draft: Draft) -> None:
    roll = scene.random()
    if roll < 0.08:
        return
    style = "greeting_informal" if roll < 0.5 else "greeting_named" if roll < 0.78 else "greeting_formal"
    scene.write(scene.bank.frame[style], draft)
    draft.add("\n\n" if roll > 0.2 else "\n")


def _paragraphs(scene: Scene, matter: list[Fragment], draft: Draft) -> None:
    for index, sentence in enumerate(matter):
        if index:
            draft.add("\n\n" if scene.chance(0.35) else " ")
        draft.extend(sentence)


def _close(scene: Scene, draft: Draft) -> None:
    frame = scene.bank.frame
    if scene.chance(0.4):
        draft.add("\n\n")
        scene.write(frame["closing"], draft)
    if scene.chance(0.9):
        draft.add("\n\n")
        scene.write(frame["signoff"], draft)
        draft.add("\n")
        draft.extend(scene.pick(scene.sender.signatures))
    if scene.chance(0.12):
        draft.add("\n\n")
        scene.write(frame["disclaimer"], draft)


def _stripped(fragment: Fragment) -> Fragment:
    return fragment if not fragment.text.endswith(" ") else Fragment(fragment.text.rstrip(), fragment.marks)
