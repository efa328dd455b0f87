"""Writes of the equipment slice."""
