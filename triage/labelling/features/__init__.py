"""From mail to text, from text to terms and hashed counts."""
