"""Reference tables of cardiology: a row type a module, with the edition that ships beside it."""
