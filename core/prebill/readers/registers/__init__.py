"""Registers: what a practice keeps beside its claims, in files of their own, joined to encounters.

A register is a CSV file (UTF-8, comma or tab, with a header), NDJSON, or the answers of payers in X12 (271, 278). Its
columns are the fields of its record type and one or more join columns, of which the first that a row fills decides:

1. `claim_id`: the claim of this number;
2. `member_id` and `service_date` (or `from_date`): the claims of this member with that day among their dates;
3. `member_id`: every claim of this member;
4. `patient_id`, likewise with or without a day: the patient's record number.

A date that a register of the encounter has itself, such as the `service_date` of an eligibility check, joins
nothing: the rules judge it.

A list is one cell with `;` between its items. The fields of a nested record are columns: those of a list of
records, such as the services of an authorization, by their own name, and rows that are equal in all other columns
make one record together; those of a single record, and those whose name is taken, as `field.name`. Anything deeper
is JSON.

An encounter whose register was supplied holds a tuple there, even if nothing joined it; one that an unreadable row
is about holds None, since nobody knows what is missing. Registers are held in memory, in every worker.
"""

from prebill.readers.registers.columns import csv_template
from prebill.readers.registers.join import Joined
from prebill.readers.registers.load import Register, load_register

__all__ = ["Joined", "Register", "csv_template", "load_register"]
