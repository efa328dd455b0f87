"""The registry for machines: tokens, the operations under ``/api/v1/``, their OpenAPI description."""
