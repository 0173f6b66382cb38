"""The terms that decided a suggestion, from the registered model's weights, without a JVM."""
