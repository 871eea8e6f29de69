"""Other programs: found, versioned, run."""
