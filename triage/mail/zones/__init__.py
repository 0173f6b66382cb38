"""Zones of a mail's text: newest words, quotes, signatures, disclaimers, header blocks."""
