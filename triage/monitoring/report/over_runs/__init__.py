"""What the index over runs shows: points, series and charts."""
