"""Reference tables of orthopedics: a row type a module, with the edition that ships beside it."""
