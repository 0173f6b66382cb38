"""Examines an installation and its lake without a JVM, and says of each fault how to mend it; writes nothing."""
