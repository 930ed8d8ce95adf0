"""Where each field of the model stands in an 837P (ASC X12N 005010X222A1): the one statement of it.

The reader reads by this map, an origin locates values by it, and `docs/837p-map.md` is printed from it. Loops and
segments stand in the order of the implementation guide. A segment that fills no field is kept as read in
`other_segments`, so that nothing is dropped silently.
"""

from prebill.readers.x12.guide.claims import CLAIM
from prebill.readers.x12.guide.envelopes import GROUP, INTERCHANGE, TRANSACTION
from prebill.readers.x12.guide.parents import BILLING, PATIENT, SUBSCRIBER

__all__ = ["BILLING", "CLAIM", "GROUP", "INTERCHANGE", "PATIENT", "SUBSCRIBER", "TRANSACTION"]
