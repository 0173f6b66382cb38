"""Queues with teams: who takes a mail, by skills, limits and threads; the same on each replay."""
