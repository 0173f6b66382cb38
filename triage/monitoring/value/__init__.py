"""What a run costs, and what it saves."""
