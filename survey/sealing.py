"""Sealing: an answer that waits for the mixer, encrypted to its wave's key and as long as every other.

A libsodium sealed box (X25519, XSalsa20-Poly1305, a new sender key each time): who seals cannot unseal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from nacl.public import PrivateKey, PublicKey, SealedBox

SIZE_CLASS = 1792
"""Bytes that every answer is padded to: a sheet and two full Chinese comments of 200 characters fit, and
PostgreSQL keeps a row of that size in its own page. A longer answer takes the next multiple."""


def seal_answers(public: bytes, sheet: str, comments: Mapping[str, str]) -> bytes:
    """Return a sheet and its comments, padded and encrypted to the wave's public key (32 bytes)."""
    text = json.dumps([sheet, dict(comments)], ensure_ascii=False, separators=(",", ":")).encode()
    size = -(-len(text) // SIZE_CLASS) * SIZE_CLASS
    # JSON takes no notice of blanks after its end, so the padding needs no mark of its own.
    return SealedBox(PublicKey(public)).encrypt(text.ljust(size))


def unseal_answers(private: PrivateKey, payload: bytes) -> tuple[str, dict[str, str]]:
    """Return the sheet and the comments that ``seal_answers`` sealed.

    Raises nacl's CryptoError for bytes that were not sealed to this key or were changed since.
    """
    sheet, comments = json.loads(SealedBox(private).decrypt(payload))
    return sheet, comments
