"""Timely filing: the clocks that run from the visit to the payer's last day."""
