"""The two ways to a Delta table: through Spark, and through delta-rs, which needs no JVM."""
