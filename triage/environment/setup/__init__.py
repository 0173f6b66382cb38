"""Installation of the locked packages and jars, and what is compiled from them."""
