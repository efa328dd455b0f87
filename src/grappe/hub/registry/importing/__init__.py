"""An edition of a list, brought in the hub: planned beside the database, written in one short transaction.

``planning`` computes on DuckDB every row that will be written, and what brings each back; ``writing`` writes
them; ``steps`` is what background tasks do, one step after another, each of which may be done again.
"""
