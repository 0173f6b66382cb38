"""All codes of quarantine and marks, with what each means and what to do."""

from __future__ import annotations

from triage.mail.reasons import MARKS as MAIL_MARKS
from triage.mail.reasons import REASONS as MAIL_REASONS
from triage.quality.rules import ROW_RULES

_PRIVACY_REASONS = {
    "DETECTOR_FAILED": "A detector of personal data failed or timed out on this mail, so it was not published. "
    "Replay it; if it returns, report the mail key.",
    "RESIDUE": "Personal data was still found after it had been replaced, so the mail was not published. "
    "Report the mail key; replay after the fix.",
    "INTERRUPTED": "The run was killed while it published this mail, and judged it otherwise afterwards. Replay it.",
    "CPU_LIMIT": "Reading this mail and finding its personal data took more processor time than limits.cpu_seconds. "
    "Raise the limit and replay, or leave it.",
    "MEMORY_LIMIT": "Reading this mail and finding its personal data took more memory than limits.memory_bytes. "
    "Raise the limit and replay, or leave it.",
    "TIME_LIMIT": "The process that read this mail gave no answer in ten times limits.cpu_seconds. Replay it.",
    "DETECTOR_KILLED": "The process that read this mail crashed or was killed. "
    "Replay it; if it returns, report the mail key.",
    "BYTES_EXPIRED": "The mail's bytes were removed by age (retention.raw_mail), so it cannot be read again.",
    "NO_NER": "The policy holds mail in a language without a name detector. "
    "Name a spaCy package for it in the privacy policy, or set `without_ner: mark`, and replay.",
}
GATE = "GATE_"
"""What a code begins with that names the failed expectation of a batch."""

_RULES = {rule.code: rule.meaning for rule in ROW_RULES}

REASONS: dict[str, str] = MAIL_REASONS | MAIL_MARKS | _PRIVACY_REASONS | _RULES
"""Meaning and remedy by code. Codes that begin with `GATE` name the failed expectation instead."""
