"""Grants of the places of an installation: groups and modes on a local disk, policies on an object store."""
