"""The certificate of an erasure: what it states, in which words, and its signature."""
