"""Made-up people, their numbers and firms."""
