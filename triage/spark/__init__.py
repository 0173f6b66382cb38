"""What runs in or around Spark: the session, the Python worker daemon, Arrow batches, the class archive."""
