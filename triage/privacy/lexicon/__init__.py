"""Lists of names, words, places and account formats."""
