"""Regular expressions and the Hyperscan pass that tells which of them can match."""
