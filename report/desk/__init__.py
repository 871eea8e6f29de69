"""The editor's desk: a page on this machine that shows the pages as they will print, facts, proposals, deliveries."""
