"""Proofs of work (ALTCHA, second version): a second of a phone's time, made and checked here alone.

A puzzle is signed, names what it is for, expires, and is taken once: the library keeps no list of those
handed in, so this module does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from datetime import datetime
from typing import Any, Final

from altcha import Payload, create_challenge, verify_solution
from sqlalchemy import delete
from sqlalchemy.orm import Session

from survey.db import insert_new
from survey.models import SpentPuzzle
from survey.models.base import table_of

LIFE: Final = 600
"""Seconds in which a puzzle must be handed in."""

ALGORITHM: Final = "PBKDF2/SHA-256"
COST: Final = 1000
EASIEST, HARDEST = 60, 140
"""Keys to try, each 1,000 rounds of SHA-256: a tenth of a second on a computer, under one on an old phone."""

_LONGEST: Final = 4000
_SPENT = table_of(SpentPuzzle)


def make_puzzle(signing_key: str, purpose: str, now: datetime) -> str:
    """Return a new puzzle as JSON, for a script to solve."""
    challenge = create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.choice(range(EASIEST, HARDEST)),
        expires_at=int(now.timestamp()) + LIFE,
        data={"purpose": purpose},
        hmac_secret=_derive_key(signing_key, "sign"),
        hmac_key_secret=_derive_key(signing_key, "key"),
    )
    return json.dumps(challenge.to_dict())


def take_solution(session: Session, signing_key: str, purpose: str, text: str) -> bool:
    """Whether ``text`` solves a puzzle of ours for this purpose that nobody has handed in before.

    It has been handed in afterwards. Expired, foreign, altered and unreadable ones are no solution.
    """
    payload = _read_payload(text)
    if payload is None or (payload.challenge.parameters.data or {}).get("purpose") != purpose:
        return False
    signed, solved = _derive_key(signing_key, "sign"), _derive_key(signing_key, "key")
    if not verify_solution(payload, signed, hmac_key_secret=solved).verified:
        return False
    expires = payload.challenge.parameters.expires_at or 0
    session.execute(delete(SpentPuzzle).where(SpentPuzzle.expires < expires - LIFE))
    digest = hashlib.sha256((payload.challenge.signature or "").encode()).digest()
    return insert_new(session, _SPENT, {"digest": digest, "expires": expires})


def _read_payload(text: str) -> Payload | None:
    if len(text) > _LONGEST:
        return None
    try:
        content: Any = json.loads(base64.b64decode(text, validate=True))
        return Payload.from_dict(content)
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return None


def _derive_key(signing_key: str, use: str) -> str:
    """Return a key for one use, because a key that signs two things may be made to sign one for the other."""
    return hashlib.sha256(f"puzzle|{use}|{signing_key}".encode()).hexdigest()
