"""Writing what the readers read, for synthetic data, examples and benchmarks."""
