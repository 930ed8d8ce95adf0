"""How the anesthesia files of CMS are read into the tables of the pack, one module a file."""
