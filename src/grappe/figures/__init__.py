"""Texts and tables → key figures with scope and source; contradictions, staleness, derived checks."""
