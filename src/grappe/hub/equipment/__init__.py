"""Pooled equipment: facilities, capabilities, requests, quotes, bookings, qualifications."""
