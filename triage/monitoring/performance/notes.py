"""Why an accuracy is missing or of limited worth: the codes in `note`, with a sentence for the report."""

from __future__ import annotations

from collections.abc import Mapping

TOO_FEW_MAILS = "TOO_FEW_MAILS"
NO_CALIBRATION = "NO_CALIBRATION"
MAIL_MOVED = "MAIL_MOVED"
MODEL_CHANGED = "MODEL_CHANGED"
CONTENT_MOVED = "CONTENT_MOVED"
NO_REFERENCE = "NO_REFERENCE"
NO_CORRECTIONS = "NO_CORRECTIONS"
AUDITED = "AUDITED"
NOT_RANDOM = "NOT_RANDOM"
TOO_FEW_RUNS = "TOO_FEW_RUNS"
EXPECTED_ACCURACY_FELL = "EXPECTED_ACCURACY_FELL"
ABSTENTION_ROSE = "ABSTENTION_ROSE"
CORRECTIONS_ROSE = "CORRECTIONS_ROSE"
LABELS_MOVED = "LABELS_MOVED"

SENTENCES: Mapping[str, str] = {
    TOO_FEW_MAILS: "There are too few mails to say.",
    NO_CALIBRATION: "The model's calibration is not known, so its scores say nothing of its accuracy.",
    MAIL_MOVED: "The mail is too far from what the model has learnt, so its scores say nothing of its accuracy.",
    MODEL_CHANGED: "The model is another one than the reference's, so its scores cannot be compared.",
    CONTENT_MOVED: "What is written or asked for has moved, too, which explains other scores.",
    NO_REFERENCE: "There is nothing to compare with yet.",
    NO_CORRECTIONS: "Nobody has checked or corrected labels yet.",
    AUDITED: "Measured on mails that were drawn at random and checked by a person.",
    NOT_RANDOM: "Measured on mails that people chose to correct, where errors are more frequent than among all mails.",
    TOO_FEW_RUNS: "There are too few runs to see a change.",
    EXPECTED_ACCURACY_FELL: "The expected accuracy fell and stays low.",
    ABSTENTION_ROSE: "More mails are left to people than before, run after run.",
    CORRECTIONS_ROSE: "People correct more than before, run after run.",
    LABELS_MOVED: "The shares of the labels are other ones since the model changed.",
}
"""By code, in English; the report has its own translations."""
