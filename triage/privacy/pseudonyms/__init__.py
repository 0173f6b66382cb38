"""Keys, tokens, and the sealed vault of what tokens stand for."""
