"""Codes that people read aloud: no 0/O, 1/I/L, no vowels that make words."""

import secrets

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 8  # 28⁸ ≈ 3.8 × 10¹¹: a collision is refused by the unique key and never seen in practice


def new_code():
    """Return a random receipt code such as ``7KQ3XB9T``."""
    return "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))
