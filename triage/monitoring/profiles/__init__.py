"""Profiles: what a set of mails looks like, in counts and sketches that can be merged and hold no text."""
