"""A linear model applied to mails in this process, as Spark applies it, without a JVM."""
