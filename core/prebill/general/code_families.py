"""Families of codes and modifiers that several rules of the pack speak about."""

from __future__ import annotations

from prebill.codes import codes

EVERY_CODE = codes("*")

# Evaluation and management. 98000-98015 are CPT 2025, status I for Medicare.
EVALUATION = codes(
    "99202-99205 99211-99215 99221-99223 99231-99236 99238-99239 99242-99245 99252-99255 99281-99285 99291-99292",
    "99304-99310 99315-99316 99341-99345 99347-99350 99381-99397 92002-92014 98000-98015 G0402 G0438 G0439",
)
# What nobody should say is no evaluation, because modifier 25 is rightly found on it.
EVALUATION_WIDE = EVALUATION | codes("98016 99401-99499 99460-99480 G0101 G0463 T1015 S0610-S0613")

DRUG_ADMINISTRATION = codes("96360-96549")
LABORATORY = codes("80000-89999 0001U-0999U")
ANESTHESIA = codes("00100-01999")

# NCCI Policy Manual ch. 1 §E: the modifiers that may bypass an edit of indicator 1.
ANATOMIC = codes("E1-E4 FA F1-F9 TA T1-T9 LT RT LC LD RC LM RI")
DISTINCT_SERVICE = codes("59 XE XP XS XU")
SEPARATE_EVALUATION = codes("24 25 57")
LATER_PROCEDURE = codes("58 78 79")
OTHER_BYPASS = codes("27 58 78 79 91")

EYELIDS_AND_DIGITS = codes("E1-E4 FA F1-F9 TA T1-T9")
CORONARY = codes("LC LD RC LM RI")

# Whatever can have a global period of 10 or 90 days, by code; the fee schedule says which has.
SURGERY = codes("10000-69999 77750 77761-77763 92986-92990 G0342-G0343 G0412-G0415")
# Whatever else is a procedure with a global period of 0 days.
MINOR_PROCEDURES = codes(
    "90867-90870 90935-90947 91010-91122 92502-92511 92920-92987 92997 93451-93461 93503-93505 93580-93662 93724",
    "93797-93798 96920-96922 97597 98925-98942",
)
