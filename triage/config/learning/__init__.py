"""The settings of learning, a module for each part of it."""

from __future__ import annotations

from triage.config.base import Section
from triage.config.learning.corrections import CorrectionSettings
from triage.config.learning.guards import GuardSettings
from triage.config.learning.page import PageSettings
from triage.config.learning.promotion import PromotionSettings
from triage.config.learning.relabel import RelabelSettings
from triage.config.learning.retraining import RetrainingSettings
from triage.config.learning.review import ReviewSettings
from triage.config.learning.topics import TopicSettings
from triage.config.learning.trials import TrialSettings


class LearningSettings(Section):
    """How corrections become better models."""

    corrections: CorrectionSettings = CorrectionSettings()
    review: ReviewSettings = ReviewSettings()
    page: PageSettings = PageSettings()
    guards: GuardSettings = GuardSettings()
    retraining: RetrainingSettings = RetrainingSettings()
    promotion: PromotionSettings = PromotionSettings()
    trials: TrialSettings = TrialSettings()
    topics: TopicSettings = TopicSettings()
    relabel: RelabelSettings = RelabelSettings()
