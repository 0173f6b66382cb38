"""From parsed mails to mails without personal data: detect, replace, check; whatever fails is not published."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from triage.config import Settings
from triage.mail.parsing.parsed import ParsedMail
from triage.privacy.detection.address_lines import address_lines
from triage.privacy.detection.corrections import separated
from triage.privacy.detection.detector import Detector
from triage.privacy.detection.people import People
from triage.privacy.detection.spans import Span, in_folded, merge, outside_tokens, repeated
from triage.privacy.detection.spans import located as in_source
from triage.privacy.detection.special_categories import special_categories
from triage.privacy.detection.texts import FindingsByParagraph, PreparedMail, TextRow, prepare, prepare_row
from triage.privacy.folding import Folded, fold
from triage.privacy.policy import load_policy
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.publishing.publish import AnonymizedMail, Publisher
from triage.reasons import Mark, Reason

_log = logging.getLogger(__name__)
_detectors: dict[str, Detector] = {}


class Anonymizer:
    """The privacy step of a worker process. Build it once; models and cached paragraphs are shared by policy.

    Raises ConfigError for a wrong policy and PrivacyError for a model that is not installed.
    """

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.policy = load_policy(settings.privacy.policy)
        self.policy_version = self.policy.version
        self._publisher = Publisher(self.policy, keys)
        if self.policy_version not in _detectors:
            _detectors[self.policy_version] = Detector(self.policy)
        self._detector = _detectors[self.policy_version]

    def anonymize(self, mails: Sequence[ParsedMail], threads: Sequence[object] | None = None) -> list[AnonymizedMail]:
        """One result a mail, in order. What goes wrong with a mail becomes its fault.

        Mails of one thread that come together share what is known of their people; `threads` says which are equal,
        else the mails do. Raises MemoryError only, which is no mail's fault alone.
        """
        try:
            return self._anonymize_batch(mails, threads)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            _log.warning("a batch could not be anonymized: %s; its mails are tried alone", type(error).__name__)
            return [self._anonymize_alone(mail) for mail in mails]

    def _anonymize_batch(
        self, mails: Sequence[ParsedMail], threads: Sequence[object] | None = None
    ) -> list[AnonymizedMail]:
        prepared = [prepare(mail) for mail in mails]
        if threads is not None:
            prepared = [replace(p, thread=thread) for p, thread in zip(prepared, threads, strict=True)]
        located = self._located(prepared)
        people = _people(prepared, located)
        return [
            self._publish(mail, texts, spans, people[texts.thread])
            for mail, texts, spans in zip(mails, prepared, located, strict=True)
        ]

    def _anonymize_alone(self, mail: ParsedMail) -> AnonymizedMail:
        try:
            return self._anonymize_batch([mail])[0]
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            _log.warning("a mail could not be anonymized: %s", type(error).__name__)
            return AnonymizedMail(fault=Reason.DETECTOR_FAILED)

    @property
    def uses_tagger_fallback(self) -> bool:
        """Whether spaCy's own code tags names, since triage.privacy.tagging does not support a model's network."""
        return self._detector.uses_tagger_fallback

    def preload(self) -> Iterator[None]:
        """Compiles the recognizers' patterns, one at a time.

        Else each is compiled with the first text that needs it.
        """
        return self._detector.preload()

    def detect(self, text: str, headers: Mapping[str, str] | None = None, language: str | None = None) -> list[Span]:
        """The spans that `anonymize` replaces in a body, with the participants of From, To, Cc, Bcc and Reply-To.

        Without a `language` it is detected from the text, as for a mail. Raises ValueError, without any text, when a
        recognizer fails.
        """
        return self.detect_all([TextRow(text, dict(headers or {}), language)])[0]

    def detect_all(self, rows: Sequence[TextRow]) -> list[list[Span]]:
        """What `detect` finds in each row, in order, read together as the nightly job reads mails."""
        prepared = [prepare_row(row) for row in rows]
        located = self._located(prepared)
        people = _people(prepared, located)
        if None in located:
            raise ValueError("a recognizer failed")
        return [
            self._spans(texts, spans or [], people[texts.thread])[1]
            for texts, spans in zip(prepared, located, strict=True)
        ]

    def _located(self, prepared: Sequence[PreparedMail]) -> list[list[list[Span]] | None]:
        """The spans of each mail's texts, None where a recognizer failed; each distinct paragraph is read once."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for mail in prepared:
            wanted[mail.language] += [paragraph.text for group in mail.paragraphs for paragraph in group]
        by_paragraph = {
            (language, text): findings
            for language, texts in wanted.items()
            for text, findings in self._detector.detect(texts, language).items()
        }
        return [_located(mail, by_paragraph) for mail in prepared]

    def _publish(
        self, mail: ParsedMail, texts: PreparedMail, located: list[list[Span]] | None, people: People
    ) -> AnonymizedMail:
        marks = () if self._detector.has_ner(mail.language) else (Mark.NO_NER,)
        if marks and self.policy.without_ner == "hold":
            return AnonymizedMail(fault=Reason.NO_NER)
        if located is None:
            return AnonymizedMail(fault=Reason.DETECTOR_FAILED)
        try:
            published = self._publisher.publish(mail, texts, self._spans(texts, located, people), people)
            return published if published.fault else replace(published, marks=(*marks, *self._special(texts)))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            _log.warning("a mail could not be anonymized: %s", type(error).__name__)
            return AnonymizedMail(fault=Reason.DETECTOR_FAILED)

    def _special(self, mail: PreparedMail) -> tuple[Mark, ...]:
        off = self.policy.special_categories == "off"
        return () if off else special_categories(mail.texts, mail.language)

    def _spans(self, mail: PreparedMail, located: Sequence[Sequence[Span]], people: People) -> list[list[Span]]:
        """The spans of each text: those of its paragraphs, and all mentions of the persons that its thread knows."""
        both = list(zip(mail.texts, located, strict=True))
        values = {(fold(text[s.start : s.end]).text, s) for text, spans in both for s in spans}
        merged = []
        for text, spans in both:
            folded = fold(text)
            more = [*repeated(folded.text, values), *self._of_whole_text(folded, spans, people)]
            hidden = [s for s in more if folded.text[s.start : s.end].casefold() not in self.policy.allowed]
            joined = merge(outside_tokens([*spans, *in_source(hidden, folded)], text))
            merged.append(list(separated(text, joined, mail.language, merged_with_people=True)))
        return merged

    def _of_whole_text(self, folded: Folded, spans: Sequence[Span], people: People) -> Iterator[Span]:
        """What is found in a folded text as a whole only: mentions of known persons, and lines of its addresses."""
        if "PERSON" in self.policy.entities:
            yield from people.find(folded.text)
        if "STREET_ADDRESS" in self.policy.entities:
            yield from address_lines(folded.text, in_folded(spans, folded))


def _located(mail: PreparedMail, findings: FindingsByParagraph) -> list[list[Span]] | None:
    try:
        return mail.located(findings)
    except ValueError:
        return None


def _people(
    prepared: Sequence[PreparedMail], located: Sequence[Sequence[Sequence[Span]] | None]
) -> dict[object, People]:
    """The persons of each thread: its mails' participants, and the names that detection is sure of."""
    known: dict[object, People] = {}
    for mail, spans in zip(prepared, located, strict=True):
        people = known.setdefault(mail.thread, People(mail.language))
        for name, address in mail.participants:
            people.add_participant(name, address)
        for text, findings in zip(mail.texts, spans or (), strict=False):
            people.learn(text, findings)
    return known
