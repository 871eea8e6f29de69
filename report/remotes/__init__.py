"""Folders behind SFTP, S3 and WebDAV: a file is read whole, written whole, or put where none is yet."""
