"""Peers, each a script of its own that is run as a whole process, most by the interpreter of `.venv-bench`."""
