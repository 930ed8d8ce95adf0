"""Worked cases of the rules, and golden cases of the whole pack."""
