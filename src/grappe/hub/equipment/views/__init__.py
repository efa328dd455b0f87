"""The pages of pooled equipment, public and for those who hold an account."""
