"""Made-up mails as MIME messages and mailbox files."""
