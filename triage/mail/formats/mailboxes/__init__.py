"""Mailboxes of many messages, and files of one."""
