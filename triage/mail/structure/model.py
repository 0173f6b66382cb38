"""The schema of a language's file of forms.

A form is written as people write it, in any case but where a field says otherwise; one blank stands for any white
space, and a straight apostrophe for a curved one, too.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StrictStr, StringConstraints

Form = Annotated[StrictStr, StringConstraints(min_length=1, max_length=60, pattern=r"^\S(?:[^\n\t]*\S)?$")]
Forms = tuple[Form, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class HeaderFields(_Part):
    """The names of header fields of a quoted mail, without their colon."""

    sender: Forms = ()
    to: Forms = ()
    cc: Forms = ()
    date: Forms = ()
    subject: Forms = ()
    other: Forms = ()
    """Fields that go on with a header block and mean nothing else here."""


class Attribution(_Part):
    """The line that announces a quotation: `On … X wrote:`."""

    starts: Forms = ()
    """What such a line begins with: `On`."""

    days: Forms = ()
    """Days of the week and short words that it begins with where a number follows: `ma 2. maaliskuuta`."""

    verbs: Forms = ()
    """What says that somebody wrote."""

    name: Literal["before", "after", "either"] = "before"
    """Where the name stands: before the verb, behind it, or on either side of it."""


class Structure(_Part):
    """The forms of one language."""

    related: tuple[StrictStr, ...] = ()
    """Languages that are taken for this one where a mail is short; their forms count in its mails, too."""

    header: HeaderFields
    separators: Forms
    """Lines above a quoted or forwarded mail, without their rules: `Original Message`."""

    forwarded_by: Forms = ()
    """Beginnings of such lines, where who forwarded and when stands behind: `Forwarded by`."""

    forwards: Forms = ()
    """What a separator of a forwarded mail holds, in lower case; a beginning of a word will do: `forwarded`."""

    attribution: Attribution
    conjunctions: Forms = ()
    """`and` between two names of a greeting."""

    greetings: Forms
    """What stands before a name in the first line of a mail."""

    sign_offs: Forms
    """What stands above the name at the end of a mail."""

    titles: Forms = ()
    """What stands before a name in any sentence: `Mr`. Written with the capitals and inner full stops given.

    In Chinese, Japanese and Korean, what stands behind a name and elsewhere, too: `部長`.
    """

    honorifics: Forms = ()
    """What stands behind a name in any sentence: `さん`, `Bey`. Written with the capitals given."""

    introductions: Forms = ()
    """Words in running text that a name follows: `my name is`."""

    introduced: Forms = ()
    """Words in running text that a name stands before: `です`."""

    fields: Forms = ()
    """Names of a form's fields that hold a person, without their colon: `Contact`."""

    sent_from: Forms = ()
    """Beginnings of a line that a telephone or a mail program adds: `Sent from my`."""

    form_words: Forms = ()
    """Single words of letters, invoices and forms that are no name, in lower case."""

    ambiguous: Forms = ()
    """Single words of the other lists that are names of persons or ordinary words, too: no form words, and a sign-off
    only where no more than a comma follows."""
