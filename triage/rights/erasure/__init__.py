"""Erasure of people: removal from tables, files and logs, the proof by a scan, and the signed certificate."""
