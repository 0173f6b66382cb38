"""The words that give a mail its structure, by language: data, one file a language, one entry a form."""

from triage.mail.structure.form_words import is_form_word
from triage.mail.structure.load import LANGUAGES, structures

__all__ = ["LANGUAGES", "is_form_word", "structures"]
