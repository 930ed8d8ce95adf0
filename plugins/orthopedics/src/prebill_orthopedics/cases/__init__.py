"""Worked cases of the rules, one file a rule, and the golden cases of the pack."""
