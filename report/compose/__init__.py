"""Briefing to HTML: Markdown, Jinja and the typed contexts of the templates."""
