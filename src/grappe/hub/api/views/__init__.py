"""The operations, one module a kind of thing; each reads what its caller may see and renders it."""
