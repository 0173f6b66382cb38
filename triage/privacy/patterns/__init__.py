"""Regular expressions and the Hyperscan pass that decides which of them can match."""
