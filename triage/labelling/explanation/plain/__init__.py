"""A linear model applied to one mail in this process, as Spark applies it, without a JVM."""
