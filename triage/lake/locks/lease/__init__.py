"""Leases on an object store: an object that its holder renews by conditional writes."""
