"""What a changed rule file would have done to the last days' mail; nothing is written to the lake."""
