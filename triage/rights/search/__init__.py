"""From identifiers to people: which addresses, names, tokens and mails belong to a person, and where they occur."""
