"""Authorization: what the payer approved, beside what is billed."""
