"""The Django application: accounts, the stored registry, the staff desk and the bilingual public site."""
