"""Turns files into encounters. Readers know no rules."""

from prebill.readers.encounter import encounter_from
from prebill.readers.inputs import open_inputs
from prebill.readers.memory import Encounters
from prebill.readers.registers import csv_template
from prebill.readers.schemas import schema_of

__all__ = ["Encounters", "csv_template", "encounter_from", "open_inputs", "schema_of"]
