"""The documentation, and `python -m docs`, which writes the parts of it that are printed from the code."""
