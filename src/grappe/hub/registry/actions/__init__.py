"""The registry's writes: each checks who may, changes all or nothing, and leaves one journal line."""
