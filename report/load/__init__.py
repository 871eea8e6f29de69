"""content/ to a Briefing, keeping file, line and column."""
