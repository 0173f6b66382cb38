"""The data dictionary: what the declarations of tables say, and what follows from them, for pages and SQL."""
