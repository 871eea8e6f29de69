"""A briefing in another locale: what is written for it, else converted between the scripts of Chinese."""
