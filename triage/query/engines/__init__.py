"""What answers statements: DuckDB, Spark, and which of them."""
