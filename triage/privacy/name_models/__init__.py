"""The name taggers that come with the project: weights and a card each, in a folder by name."""
