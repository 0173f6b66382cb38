"""What a job over persons does with tables, through Spark or, on a small local lake, without a JVM."""
