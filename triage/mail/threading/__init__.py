"""Threads of mails: which mails belong together, and which answers which, in any order of arrival."""
