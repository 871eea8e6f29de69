"""A briefing's pages kept up to date while its files are edited."""
