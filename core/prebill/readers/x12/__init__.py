"""Reading 837P files (ASC X12N 005010X222A1), streaming, with a place for every value."""

from prebill.readers.x12.kinds import Kind, kind_of
from prebill.readers.x12.source import ProfessionalClaims

__all__ = ["Kind", "ProfessionalClaims", "kind_of"]
