"""Small pages of plain words, for where the console is not."""

STYLE = (
    "body{font:16px/1.5 system-ui;max-width:40rem;margin:15vh auto;padding:0 "
    "1rem;color:#1c2024;background:#fcfcfd}@media(prefers-color-scheme:dark){body{color:#edeef0;background:#111113}a{color:#70b8ff}}"
)


def text(title: str, body: str, head: str = "") -> str:
    """A page whose title is text and whose body is HTML; `head`: more for its head."""
    return (
        "<!doctype html><html lang=en><meta name=viewport "
        f"content='width=device-width'><title>{title}</title>{head}<style>{STYLE}</style><h1>{title}</h1>{body}"
    )
