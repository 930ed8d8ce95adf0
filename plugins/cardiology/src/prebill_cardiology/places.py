"""Places of service as component rules see them."""

HOSPITAL = ("19", "21", "22", "23")
FACILITY = (*HOSPITAL, "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61")
SURGERY_CENTER = "24"
SKILLED_NURSING = "31"
