"""Duplicates: the same service billed twice, and the same claim sent again."""
