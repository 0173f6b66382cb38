"""How the shipped name tagger is made: marked text, noise, training, and a card with its figures."""
