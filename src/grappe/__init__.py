"""Grappe: the open operating system of an industrial cluster."""

__version__ = "0.1.0"
