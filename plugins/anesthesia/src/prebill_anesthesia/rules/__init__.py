"""The rules, one module per theme."""
