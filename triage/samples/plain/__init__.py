"""Plain mails: one matter in a few words, in all languages. The label model learns from them; the mailbox has none."""
