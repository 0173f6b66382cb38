"""Corrections by people: the ways in, what is validated, undo, and who may correct."""
