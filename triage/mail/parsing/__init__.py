"""From a message's bytes to its headers, addresses and text."""
