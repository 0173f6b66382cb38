"""What the help desk tells of mails: which were answered, closed or opened again."""
