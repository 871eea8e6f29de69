"""Sources and feeds looked at: what is there now, and how it differs from what the vault holds."""
