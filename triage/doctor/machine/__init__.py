"""Checks of the machine: Python, Java, packages, jars, free space, what killed jobs left."""
