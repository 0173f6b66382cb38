"""SQL over the lake for people: read only, one dialect, answered by DuckDB where it can be and else by Spark."""
