"""Explains why a mail has its labels and its queue, and which changes to the mail would change them."""
