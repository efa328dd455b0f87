"""What members and those who speak for an organisation do, outside the desk."""
