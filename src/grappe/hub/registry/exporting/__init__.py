"""The registry as files for others: who may take away which rows, in which formats."""
