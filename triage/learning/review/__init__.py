"""The review queue: what people should look at, in which order, and how far they agree."""
