"""Threads of the sample: who writes to which department, who answers, and what machines add."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random

from triage.samples.files.mime import http_date
from triage.samples.labels import CATEGORIES, LANGUAGES, PRIORITIES, SENTIMENTS, Shares
from triage.samples.model import Split
from triage.samples.people.further import pool_of
from triage.samples.people.outfit import files_of, form_of, importance_of, signs_of
from triage.samples.people.people import COMPANY, COMPANY_DOMAIN, Person, department_address
from triage.samples.plain.compose import compose_plain
from triage.samples.plain.phrases import SPAM, plain_phrases
from triage.samples.text import automatic, compose, quotes
from triage.samples.text.banks import Topic, bank
from triage.samples.text.draft import Fragment
from triage.samples.text.letter import Letter, Mailbox
from triage.samples.text.scene import Scene

LAST_DAY = datetime(2025, 6, 30, tzinfo=UTC)
DAYS = 548
"""The mails spread over the 18 months before the last day."""
TEST_SHARE = 0.25
HOURS_FROM_UTC = {"US": -5, "GB": 0}
INSIDE_SHARE = {
    "hr": 0.75,
    "it_support": 0.7,
    "facilities": 0.85,
    "legal": 0.5,
    "logistics": 0.3,
    "billing": 0.25,
}
"""How often a colleague writes to that department, else it is somebody outside; elsewhere 5 %."""
LENGTHS = Shares({"1": 52, "2": 22, "3": 13, "4": 8, "5": 5})
KINDS = Shares({"newsletter": 13, "spam": 3, "human": 84})
AUTO_REPLY_SHARE, BOUNCE_SHARE = 0.16, 0.09
"""A share of human threads."""
QUOTING_MACHINES = 0.6
"""Automatic replies and bounces that hold the mail they are about."""
LETTER_SHARE = 0.2
"""Business letters among the threads of languages that are asked for."""
ANSWERED = {"de": "AW: ", "it": "R: ", "nl": "Antw: ", "pl": "Odp: ", "da": "SV: ", "sv": "SV: "}
"""What mail programs in these languages put before the subject, where it is not "Re:"."""
STAFF_SENTIMENTS = Shares({"negative": 12, "neutral": 58, "positive": 30})


class Thread:
    """Builds the letters of one thread, oldest first."""

    def __init__(self, rng: Random, number: int, languages: tuple[str, ...] = ()) -> None:
        """Of one of the languages, or by the shares of the shipped sample where none is asked for."""
        self.rng, self.number = rng, number
        language = rng.choice(languages) if languages else LANGUAGES.draw(rng.random)
        self.category = CATEGORIES.draw(rng.random)
        everybody = pool_of(language)
        inside = rng.random() < INSIDE_SHARE.get(self.category, 0.05)
        asker = rng.choice((everybody.staff if inside else everybody.outside)[language])
        clerk = rng.choice([one for one in everybody.staff[language] if one is not asker])
        self.scene = Scene(rng, bank(language), everybody, asker, clerk, mentions=bool(languages))
        self.split: Split = "test" if rng.random() < TEST_SHARE else "train"
        self.asker, self.clerk = asker, clerk
        self.clock = _working_hour(rng)
        self.priority = PRIORITIES.draw(rng.random)
        self.mood = SENTIMENTS.draw(rng.random)
        self.references: tuple[str, ...] = ()
        self.letters: list[Letter] = []

    @property
    def spoken(self) -> Letter:
        """The last mail that a person wrote."""
        return next(letter for letter in reversed(self.letters) if letter.truth["kind"] == "human")

    def build(self) -> list[Letter]:
        if self.scene.mentions and self.scene.chance(LETTER_SHARE):
            self._letter()
        else:
            threads = {"newsletter": self._newsletter, "spam": self._spam, "human": self._conversation}
            threads[KINDS.draw(self.rng.random)]()
        return self.letters

    def _conversation(self) -> None:
        topic = compose.topic_for(self.scene, self.category)
        subject = self._opening(topic)
        if self.scene.chance(AUTO_REPLY_SHARE):
            self._auto_reply(subject)
        for turn in range(1, int(LENGTHS.draw(self.rng.random))):
            self._reply(topic, subject, by_staff=turn % 2 == 1)
        if self.scene.chance(BOUNCE_SHARE):
            self._bounce(subject)

    def _opening(self, topic: Topic) -> Fragment:
        scene, sentiment = self.scene, self.mood
        self._turn(self.asker, self.clerk, hours=0)
        subject = compose.subject_of(scene, topic, self.priority)
        body = compose.first_mail(scene, topic, self.category, self.priority, sentiment)
        if scene.chance(0.06):
            author = scene.acquaintance()
            note = scene.say(scene.bank.vague)
            body = quotes.forwarded(scene, note, body, subject, author)
            subject = _prefixed("Fwd: ", subject)
        self._human(subject, body, sentiment)
        return subject

    def _letter(self) -> None:
        """A business letter or invoice as a mail: headings, addresses and form words."""
        self._turn(self.asker, self.clerk, hours=0)
        topic = compose.topic_for(self.scene, self.category)
        subject = compose.subject_of(self.scene, topic, "normal")
        body = self.scene.say(self.scene.bank.letters)
        self.priority = "normal"
        self._human(subject, body, "neutral")

    def _reply(self, topic: Topic, subject: Fragment, *, by_staff: bool) -> None:
        scene, earlier = self.scene, self.spoken
        writer, reader = (self.clerk, self.asker) if by_staff else (self.asker, self.clerk)
        self._turn(writer, reader, hours=1 + self.rng.expovariate(1 / 20))
        if scene.chance(0.15):
            self.priority = PRIORITIES.draw(self.rng.random)
        sentiment = self._mood(by_staff)
        own = compose.answer(scene, "staff" if by_staff else "sender", topic, self.priority, sentiment)
        body = quotes.quoted(scene, own, earlier.body, earlier.subject, earlier.sent)
        own_prefix = ANSWERED.get(scene.bank.language)
        answered = own_prefix if own_prefix and scene.chance(0.5) else "Re: "
        self._human(_prefixed(answered, subject), body, sentiment)

    def _mood(self, by_staff: bool) -> str:
        """Sentiment of a reply: staff write in their own tone, askers often stay in theirs."""
        if by_staff:
            return STAFF_SENTIMENTS.draw(self.rng.random)
        return self.mood if self.scene.chance(0.7) else SENTIMENTS.draw(self.rng.random)

    def _human(self, subject: Fragment, body: Fragment, sentiment: str) -> None:
        scene = self.scene
        importance = importance_of(scene, self.priority)
        extra = (("X-Priority", str(importance)),) if importance else ()
        cc = (_mailbox(scene.acquaintance()),) if scene.chance(0.18) else ()
        self._post(
            "human",
            subject,
            body,
            sentiment,
            extra=extra,
            cc=cc,
            files=files_of(scene),
            importance=importance,
        )

    def _auto_reply(self, subject: Fragment) -> None:
        self._turn(self.clerk, self.asker, hours=0.01)
        self.scene.topic = self.scene.bank.newsletter_topics[self.category]
        note, body = automatic.auto_reply(self.scene, subject)
        if self.scene.chance(QUOTING_MACHINES):
            body = quotes.below(self.scene, body, self.spoken.body, self.spoken.sent)
        self._post("auto_reply", note, body, "neutral", extra=self.scene.pick(automatic.AUTO_HEADERS), priority="low")

    def _bounce(self, subject: Fragment) -> None:
        self._turn(self.clerk, self.asker, hours=0.05)
        notice, body, report = automatic.bounce(self.scene, subject, http_date(self.clock))
        if self.scene.chance(QUOTING_MACHINES):
            body = quotes.copied(self.scene, body, self.spoken.body, subject)
        extra = (("Auto-Submitted", "auto-replied"), ("Return-Path", "<>"))
        self._post("bounce", notice, body, "neutral", extra=extra, report=report)

    def _newsletter(self) -> None:
        self._turn(self.scene.pick(self.scene.pool.outside[self.scene.bank.language]), self.clerk, hours=0)
        subject, body = automatic.newsletter(self.scene, self.category)
        domain = self.scene.sender.address.split("@")[1]
        extra = (
            ("List-Unsubscribe", f"<https://news.{domain}/u/{self.rng.getrandbits(32):x}>"),
            ("Precedence", "bulk"),
        )
        self._post("newsletter", subject, body, "neutral", extra=extra, priority="low")

    def _spam(self) -> None:
        """What nobody asked for; its category is the mailbox that it was sent to."""
        scene = self.scene
        self._turn(scene.pick(scene.pool.outside[scene.bank.language]), self.clerk, hours=0)
        mail = compose_plain(scene, plain_phrases(scene.bank.language), SPAM)
        self._post(SPAM, mail.subject, mail.body, "neutral", extra=(), priority="low")

    def _turn(self, writer: Person, reader: Person, *, hours: float) -> None:
        self.scene.sender, self.scene.receiver = writer, reader
        zone = timezone(timedelta(hours=HOURS_FROM_UTC.get(writer.country, 1)))
        self.clock = (self.clock + timedelta(hours=hours)).astimezone(zone)
        self.scene.sent = self.clock

    def _post(
        self,
        kind: str,
        subject: Fragment,
        body: Fragment,
        sentiment: str,
        *,
        extra: tuple[tuple[str, str], ...],
        cc: tuple[Mailbox, ...] = (),
        files: tuple[str, ...] = (),
        importance: int | None = None,
        priority: str = "",
        report: str = "",
    ) -> None:
        sender, to = self._mailboxes(kind)
        form = form_of(self.scene, kind)
        reference = f"<{self.rng.getrandbits(80):020x}@{sender[1].split('@')[1]}>"
        reply = bool(self.references) and kind != "newsletter"
        self.letters.append(
            Letter(
                sender=sender,
                to=(to,),
                cc=cc,
                subject=subject,
                body=body,
                sent=self.clock,
                message_id=reference,
                in_reply_to=self.references[-1] if reply else None,
                references=self.references[-6:] if reply else (),
                truth={
                    "category": self.category,
                    "priority": priority or self.priority,
                    "sentiment": sentiment,
                    "kind": kind,
                },
                language=self.scene.bank.language,
                thread=self.number,
                split=self.split,
                form=form,
                signs=signs_of(kind, dict(extra), form, files, importance, reply),
                attachments=files,
                extra=extra,
                report=report,
            )
        )
        if kind == "human":
            self.references = (*self.references, reference)

    def _mailboxes(self, kind: str) -> tuple[Mailbox, Mailbox]:
        department = department_address(self.category)
        sender, receiver = _mailbox(self.scene.sender), _mailbox(self.scene.receiver)
        if kind == "bounce":
            return ("Mail Delivery Subsystem", f"MAILER-DAEMON@mail.{COMPANY_DOMAIN}"), sender
        if kind == "newsletter":
            name = self.scene.sender.organisation or COMPANY
            return (name, f"news@{sender[1].split('@')[1]}"), receiver
        if self.scene.receiver is self.clerk and self.scene.chance(0.55):
            return sender, ("", department)
        return sender, receiver


def _mailbox(person: Person) -> Mailbox:
    return person.name, person.address


def _prefixed(prefix: str, subject: Fragment) -> Fragment:
    shift = len(prefix)
    return Fragment(
        prefix + subject.text,
        tuple((start + shift, end + shift, entity) for start, end, entity in subject.marks),
    )


def _working_hour(rng: Random) -> datetime:
    day = LAST_DAY - timedelta(days=1 + int(rng.random() * DAYS))
    if day.weekday() >= 5 and rng.random() < 0.75:
        day -= timedelta(days=2)
    return day + timedelta(seconds=int((7 + rng.triangular(0, 12, 4)) * 3600))
