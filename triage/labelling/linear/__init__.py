"""Linear heads: solvers on the driver, and the Spark ML stages that apply their weights in the JVM."""
