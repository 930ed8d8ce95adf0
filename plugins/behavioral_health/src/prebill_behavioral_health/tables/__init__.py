"""Reference tables of behavioral health: a row type a module, with the edition that ships beside it."""
