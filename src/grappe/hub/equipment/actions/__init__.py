"""Writes on pooled equipment."""
