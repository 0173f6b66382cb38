"""The settings of the guards against wrong and hostile corrections."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class DangerousChange(Section):
    """A change of a label that one person cannot make alone. A field that is not given matches everything."""

    head: str
    """Name of the head."""

    away_from: str | None = None
    """The label that the model gave."""

    towards: str | None = None
    """The label that the person gave."""

    queue: str | None = None
    """The queue that the mail is in."""


class GuardSettings(Section):
    """What a correction counts in training, and when it counts nothing."""

    prior_right: float = Field(0.9, gt=0, lt=1)
    """Share of right answers that is assumed of a person who answered no gold question yet."""

    prior_answers: float = Field(5.0, gt=0, le=1_000)
    """Gold questions that this assumption is worth: the more, the slower answers change a person's trust."""

    trust_floor: float = Field(0.6, ge=0, le=1)
    """Trust below which a person's corrections count nothing."""

    dangerous: tuple[DangerousChange, ...] = (
        DangerousChange(head="kind", away_from="spam"),
        DangerousChange(head="category", away_from="legal"),
        DangerousChange(head="priority", away_from="urgent"),
    )
    """Changes that count only when `quorum` trusted people made them."""

    quorum: int = Field(2, ge=1, le=100)
    """Trusted people who must have made a dangerous change, to the mail or to near-duplicates of it."""

    quorum_trust: float = Field(0.8, ge=0, le=1)
    """Trust from which a person counts for a quorum."""

    quorum_gold: int = Field(3, ge=0, le=1_000)
    """Gold questions that a person must have answered to count for a quorum."""

    half_life_days: float = Field(365.0, gt=0, le=36_600)
    """Days after which a correction, or the answer to a gold question, counts half."""

    sender_share: float = Field(0.05, gt=0, le=1)
    """Share of a training's weight of corrections that mails of one sender may have."""

    campaign_share: float = Field(0.05, gt=0, le=1)
    """The same share of one campaign: mails of one thread, or near-duplicates."""

    reviewer_share: float = Field(0.25, gt=0, le=1)
    """The same share of one person; where few people correct, 2 / (people + 1) where that is more. It sets in with the
    number of people who correct much: not at all up to half of 1 / share (two people), whole from 1 / share (four)."""

    label_share: float = Field(0.5, gt=0, le=1)
    """Share of the weight of one label that a sender, a campaign or a person may have."""

    small_weight: float = Field(60.0, ge=0, le=1_000_000)
    """Weight, in corrections, of which shares are taken where there is less: a few corrections are not capped."""

    noise_weight: float = Field(0.5, ge=0, le=1)
    """What a correction counts that contradicts what a model of the sample and of all other people is sure of."""

    noisy_share: float = Field(0.25, gt=0, le=1)
    """Share of a head's corrections that are so contradicted from which a finding says that many may be wrong."""

    false_findings: float = Field(0.05, gt=0, lt=1)
    """Share of trainings without any attack in which chance alone may raise a finding of one."""

    campaign_mails: int = Field(5, ge=2, le=1_000_000)
    """Corrections of a sender's or campaign's mails from which they are tested for an attack."""

    drip_days: float = Field(14.0, gt=0, le=3_660)
    """Days over which wrong corrections must be spread to be called a slow drip."""

    cleared: tuple[str, ...] = ()
    """Pseudonyms of people whose findings somebody looked at and dismissed: tests leave them out, and below the floor
    their corrections count as much as their trust."""
