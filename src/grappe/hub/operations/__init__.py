"""What runs a hub: backups, health, metrics, logs, maintenance, the journal's pages."""
