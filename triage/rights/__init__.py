"""What a person or a privacy officer may ask for: erasure, disclosure, key rotation, retention, legal holds."""
