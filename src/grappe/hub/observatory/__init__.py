"""Key figures: the ledger, what people say of it, what its checks find, the sheets that are published."""
