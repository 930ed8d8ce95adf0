"""Writing claims as an 837P: synthetic data for tests, examples and benchmarks.

This is not a billing tool. It writes what the model holds and invents nothing else, whether or not a payer would
take it; the segments that a claim keeps as read are written only where they stand in loops 2300 and 2400.
"""

from prebill.writers.x12.interchange import GUIDE, write_837p
from prebill.writers.x12.style import Element, Style

__all__ = ["GUIDE", "Element", "Style", "write_837p"]
