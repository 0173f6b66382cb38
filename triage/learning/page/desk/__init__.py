"""Items, who has which mail, answers and their journal, and their way into gold/corrections."""
