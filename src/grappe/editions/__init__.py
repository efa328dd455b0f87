"""The next edition of one list, beside all that is already known: read, recognised, linked, compared.

The pipeline builds a whole workspace; here one list meets a registry that stands. Everything is computed on
DuckDB tables that the caller fills; nothing is stored and no clock is read.
"""
