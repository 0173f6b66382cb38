"""Linear heads: solvers on the driver, and what applies their weights in the JVM."""
