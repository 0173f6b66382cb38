"""The settings of governance: what only people know, for the records that jobs/govern.py writes."""

from __future__ import annotations

from pydantic import field_validator

from triage.config.base import Section


class GovernanceSettings(Section):
    """What the records of processing and risk say that no table knows; what is empty, they say is empty.

    A list that should state that there is nothing has the entry `none`.
    """

    approvals: str = "conf/approvals.yaml"
    """File with who approved which version; jobs/govern.py approve adds to it."""

    controller: str = ""
    """Name and contact details of the controller (GDPR Art. 30(1)(a))."""

    joint_controllers: tuple[str, ...] = ()
    """Name and contact details of each joint controller (Art. 30(1)(a))."""

    representative: str = ""
    """Name and contact details of the controller's representative (Art. 30(1)(a), Art. 27)."""

    data_protection_officer: str = ""
    """Name and contact details of the data protection officer (Art. 30(1)(a))."""

    purposes: tuple[str, ...] = ()
    """Purposes of the processing (Art. 30(1)(b))."""

    data_subjects: tuple[str, ...] = ()
    """Categories of data subjects, such as customers, applicants, staff (Art. 30(1)(c))."""

    recipients: tuple[str, ...] = ()
    """Categories of recipients beyond the queues' departments (Art. 30(1)(d))."""

    transfers: tuple[str, ...] = ()
    """Transfers to third countries or international organisations, with their safeguards (Art. 30(1)(e))."""

    security_measures: tuple[str, ...] = ()
    """Organisational measures, and technical ones outside of this job (Art. 30(1)(g), Art. 32(1))."""

    provider: str = ""
    """Name of the provider of the AI system (EU AI Act, Annex IV point 1(a))."""

    intended_purpose: str = ""
    """What the system is meant for, and what not (Annex IV point 1(a))."""

    risk_class: str = ""
    """The operator's decision on the class of risk, with its reason and date (Art. 6, Annex III)."""

    metrics_rationale: str = ""
    """Why the performance metrics are appropriate (Annex IV point 4)."""

    risk_management: tuple[str, ...] = ()
    """Known risks and what is done about each, or where that is written (Annex IV point 5, Art. 9)."""

    standards: tuple[str, ...] = ()
    """Harmonised standards and other specifications that are applied (Annex IV point 7)."""

    declaration: str = ""
    """Where the EU declaration of conformity is kept (Annex IV point 8, Art. 47)."""

    post_market_plan: str = ""
    """Where the plan of post-market monitoring is kept (Annex IV point 9, Art. 72)."""

    accountable: tuple[str, ...] = ()
    """Roles and who holds them: who answers for models, rules, privacy, review (NIST AI RMF, Govern 2)."""

    @field_validator(
        "joint_controllers", "purposes", "data_subjects", "recipients", "transfers", "security_measures",
        "risk_management", "standards", "accountable", mode="before",
    )  # fmt: skip
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value
