"""Texts, web pages, PDF and Word documents → clean text and passages with offsets that lead back."""

from grappe.intake.documents.reader import read_document

__all__ = ["read_document"]
