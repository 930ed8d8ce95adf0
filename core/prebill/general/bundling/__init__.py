"""Bundling: services that the payer counts as part of another one, or limits in number."""
