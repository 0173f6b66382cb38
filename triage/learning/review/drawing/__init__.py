"""How a draw fills the queue: the mails, the audit, what is chosen, and the rows."""
