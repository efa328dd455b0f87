"""The bilingual public site: editorial pages and the views on the registry."""
