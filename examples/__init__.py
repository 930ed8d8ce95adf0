"""A day of a synthetic practice: its generator, its files and what prebill finds in them."""
