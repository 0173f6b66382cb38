"""Legal holds: what may not be erased yet."""
