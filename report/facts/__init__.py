"""What is claimed, when, and on whose word: facts, sources, entities, their dates and their standing."""
