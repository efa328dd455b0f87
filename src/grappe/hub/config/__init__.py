"""Settings, routes and the WSGI entry point of the hub."""
