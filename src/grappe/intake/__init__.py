"""Spreadsheets, documents and registers → statements, each with the locator that leads back to it.

A reader is a generator of records: it takes a path and its :class:`~grappe.statements.Source` and yields
statements, documents, passages and problems, in the order of the file. It never raises for what a file's
owner can mend in a cell (that is a problem, yielded) and raises :class:`~grappe.statements.GrappeError`
when the file can't be read at all.
"""

from grappe.statements import Document, Passage, Problem, Statement

Record = Statement | Document | Passage | Problem
