"""Mail exports and messages: finding and splitting exports, parsing messages, and the key of a message."""
