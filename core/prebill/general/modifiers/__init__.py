"""Modifiers: left off, on the wrong service, in conflict, or without what they claim."""
