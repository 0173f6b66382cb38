"""The object store of a remote lake, reached without a JVM: by the settings that Spark has for it."""
