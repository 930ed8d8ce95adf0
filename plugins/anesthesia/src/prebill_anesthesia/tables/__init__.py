"""Dated reference tables of anesthesia billing, each with the edition that ships."""
