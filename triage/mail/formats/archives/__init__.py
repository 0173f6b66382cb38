"""Archives and compressed files: their members, read within bounds."""
