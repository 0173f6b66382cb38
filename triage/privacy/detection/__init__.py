"""Detection of personal data in a mail, paragraph by paragraph."""
