"""The words of made-up mails."""
