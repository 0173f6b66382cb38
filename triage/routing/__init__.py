"""Routing: each mail to a queue, by rules that are data (conf/routing.yaml); the first match wins."""
