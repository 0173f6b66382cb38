"""A mail's publishable form: personal data replaced, and checked once more."""
