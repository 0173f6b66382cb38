"""Personal data: keys, vault, detection and pseudonyms; the only room that imports Presidio."""
