"""Releases: built so that anybody gets the same bytes again, signed, and verified before they are used."""
