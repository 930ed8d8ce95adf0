"""Eligibility: what the payer answered about the patient, beside what is billed."""
