"""Tables of the metrics layer: what each run did, measured and noticed."""
