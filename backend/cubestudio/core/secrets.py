"""Encryption at rest and signatures, with keys that can be rotated."""

import hashlib
import hmac
import os
import secrets as random
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Vault:
    """Encrypts with the newest key and decrypts with any of them."""

    def __init__(self, keys: tuple[str, ...]):
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._sign = [hashlib.sha256(b"cubestudio-sign:" + key.encode()).digest() for key in keys]

    @classmethod
    def open(cls, keys: tuple[str, ...], home: Path) -> "Vault":
        """With the given keys, or with those of `home/keys` (one per line, newest first; made at first use, 0600)."""
        if keys:
            return cls(keys)
        path = home / "keys"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(tuple(path.read_text().split()))
        with os.fdopen(descriptor, "w") as file:
            file.write(Fernet.generate_key().decode() + "\n")
        return cls(tuple(path.read_text().split()))

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, cipher: str) -> str:
        """The text; ValueError when no key of ours made the cipher."""
        try:
            return self._fernet.decrypt(cipher.encode()).decode()
        except InvalidToken as error:
            raise ValueError("this value was sealed with a key that is no longer known") from error

    def rotate(self, cipher: str) -> str:
        return self._fernet.rotate(cipher.encode()).decode()

    def sign(self, text: str) -> str:
        return hmac.new(self._sign[0], text.encode(), hashlib.sha256).hexdigest()[:40]

    def signed(self, text: str, signature: str) -> bool:
        return any(hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:40], signature) for key in self._sign)


def token(prefix: str) -> str:
    """A new secret for a person or a program: 256 random bits behind a prefix that scanners can recognise."""
    return f"{prefix}_{random.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """What is stored instead of a secret that has 256 random bits: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()
