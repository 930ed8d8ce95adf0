"""Missing and wrong information: the fields of a claim that a payer cannot do without."""
