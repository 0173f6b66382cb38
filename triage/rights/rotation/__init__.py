"""A new key: tokens, seals and file keys written anew."""
