"""Disclosure: a token's value or a person's mails shown on purpose, after an audit row says who asked and why."""
