"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 of ``id.timestamp.payload`` with the endpoint's secret."""

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"


def new_secret() -> str:
    """A new secret of 256 bits, as receivers' libraries expect it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature_of(secret: str, event: str, timestamp: int, payload: bytes) -> str:
    """The value of ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{event}.{timestamp}.".encode() + payload
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def headers_of(secret: str, event: str, timestamp: int, payload: bytes) -> dict[str, str]:
    """The headers of a delivery."""
    return {
        "Content-Type": "application/json",
        "webhook-id": event,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(secret, event, timestamp, payload),
    }
