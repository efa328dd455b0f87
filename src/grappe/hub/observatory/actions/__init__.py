"""Writes on key figures."""
