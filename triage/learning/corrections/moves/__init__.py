"""Implicit corrections: the folders and labels that mails were moved to, seen by comparing two exports."""
