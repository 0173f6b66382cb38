"""Why a mail has its labels and its queue, for a notebook."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from triage.api.results.rich_html import rich_html, rich_text
from triage.errors import ConfigError
from triage.labelling.explanation.schema import Explanation, HeadExplanation
from triage.labelling.explanation.terminal import parts
from triage.query.language.dictionary import nearest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class MailExplanation(Explanation):
    """An explanation that shows itself as jobs/explain.py prints it; words of the mail are anonymized ones only."""

    def head(self, name: str) -> HeadExplanation:
        """What one head decided. Raises ConfigError where no such head decided about the mail."""
        found = {one.head: one for one in self.heads}
        if name not in found:
            remedy = nearest(name, found) or f"There are: {', '.join(found) or 'none'}."
            raise ConfigError(f"No head {name} decided about this mail.", where="head", remedy=remedy)
        return found[name]

    def terms(self, head: str) -> pd.DataFrame:
        """The strongest terms of a head's decision, with a column for the logit of each label.

        Columns: term; lead, what the term adds to the lead of the best label over the runner-up; one a label. Raises
        ConfigError as `head` does.
        """
        import pandas as pd

        rows = [{"term": one.term, "lead": one.lead, **one.logits} for one in self.head(head).terms]
        return pd.DataFrame(rows, columns=["term", "lead", *self.head(head).logits])

    def rules(self) -> pd.DataFrame:
        """The routing rules that were tried, in order, with the columns rule, queue and failed.

        `failed` is the first condition that did not hold, null for the rule that matched.
        """
        import pandas as pd

        tried = self.route.path if self.route else ()
        rows = [(one.rule, one.queue, one.failed) for one in tried]
        return pd.DataFrame(rows, columns=["rule", "queue", "failed"])

    def __repr__(self) -> str:
        return rich_text(parts(self))

    def _repr_html_(self) -> str:
        return rich_html(parts(self))


def explained(found: Explanation) -> MailExplanation:
    """An explanation in the form that shows itself."""
    return MailExplanation(**{one.name: getattr(found, one.name) for one in fields(found)})
