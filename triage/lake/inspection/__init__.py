"""What a table's folder and log hold, read without trust in either: for a lake that may be broken."""
