"""How the files of CMS, NCHS, NUCC and X12 are read into the tables of the pack, one module a file.

Descriptions of codes are never kept: those of CPT, CDT and the adjustment reasons belong to their publishers.
"""
