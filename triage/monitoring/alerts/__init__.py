"""Alerts: rules over measurements, and the sinks that alerts are sent to."""
