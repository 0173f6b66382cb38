"""Alerts: rules over a run's measurements, one alert for one cause, and the sinks that they are sent to."""
