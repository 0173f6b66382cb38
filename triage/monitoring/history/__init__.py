"""Earlier runs: what they measured, and what is usual after them."""
