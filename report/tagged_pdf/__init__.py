"""What makes a PDF one that is read aloud and kept: its tags, its links, and what it says it conforms to.

Tags after ISO 32000-1, 14.7 and 14.8, as ISO 14289-1 (PDF/UA-1) and level A of ISO 19005-3 (PDF/A-3) want them.
"""
