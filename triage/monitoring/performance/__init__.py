"""Whether labels are still right."""
