"""Encryption at rest and signatures, with keys that can be rotated."""

import hashlib
import hmac
import os
import secrets as random
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Vault:
    """Encrypts with the newest key and decrypts with any of them. Signs with the oldest, so that what was
    signed stays so when keys are added; a signature of any of them is good. `path`: the file of the keys,
    which is read again when a value does not open."""

    def __init__(self, keys: tuple[str, ...], path: Path | None = None):
        self._path = path
        self._take(keys)

    def _take(self, keys: tuple[str, ...]) -> None:
        self._keys = keys
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._sign = [hashlib.sha256(b"cubestudio-sign:" + key.encode()).digest() for key in keys]

    @classmethod
    def open(cls, keys: tuple[str, ...], home: Path) -> "Vault":
        """With the given keys, or with those of `home/keys` (one per line, newest first; made at first use,
        0600)."""
        if keys:
            return cls(keys)
        path = home / "keys"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(tuple(path.read_text().split()), path)
        with os.fdopen(descriptor, "w") as file:
            file.write(Fernet.generate_key().decode() + "\n")
        return cls(tuple(path.read_text().split()), path)

    def add(self) -> None:
        """Put a new key before the others, in the file; nothing is lost when this is interrupted. ValueError
        without a file."""
        if self._path is None:
            raise ValueError("the keys are given by CUBE_SECRET_KEYS: put a new one before them there")
        keys = (Fernet.generate_key().decode(), *self._path.read_text().split())
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        self._take(keys)

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, cipher: str) -> str:
        """The text; ValueError when no key of ours made the cipher."""
        try:
            return self._fernet.decrypt(cipher.encode()).decode()
        except InvalidToken as error:
            keys = tuple(self._path.read_text().split()) if self._path else self._keys
            if keys == self._keys:
                raise ValueError("this value was sealed with a key that is no longer known") from error
            self._take(keys)
            return self.unseal(cipher)

    def rotate(self, cipher: str) -> str:
        """The same value, sealed with the newest key."""
        return self.seal(self.unseal(cipher))

    def sign(self, text: str) -> str:
        return hmac.new(self._sign[-1], text.encode(), hashlib.sha256).hexdigest()[:40]

    def signed(self, text: str, signature: str) -> bool:
        """Whether one of the keys signed this; any text may stand for the signature."""
        said = signature.encode()  # texts beyond ASCII are compared only as bytes
        return any(
            hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:40].encode(), said)
            for key in self._sign
        )

    def grant(self, prefix: str, kind: str, owner: str) -> str:
        """A token for one thing of a kind, by its id: derived, so that it is nowhere written down."""
        return f"{prefix}_{owner}_{self.sign(f'{kind}:{owner}')}"

    def granted(self, kind: str, secret: str) -> str | None:
        """The id of the thing of this kind for which a token was granted; None for any other text."""
        _, owner, signature = (*secret.split("_", 2), "", "")[:3]
        return owner if self.signed(f"{kind}:{owner}", signature) else None


def token(prefix: str) -> str:
    """A new secret for a person or a program: 256 random bits behind a prefix that scanners can recognise."""
    return f"{prefix}_{random.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """What is stored instead of a secret that has 256 random bits: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()
