"""Why a mail has its labels and its queue, and what would change them."""
