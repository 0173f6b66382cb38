"""What a backup holds: the lake's tables at one moment, and what lies beside the lake."""
