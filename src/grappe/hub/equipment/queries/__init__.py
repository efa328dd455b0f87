"""Reads of pooled equipment."""
