"""Erasure of persons: removal from tables and old versions, the scan that verifies it, and the signed certificate."""
