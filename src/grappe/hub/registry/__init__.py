"""Stored sources, statements and judgements, and the organisations they come to."""
