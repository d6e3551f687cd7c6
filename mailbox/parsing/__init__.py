"""Reading one e-mail: bytes in, frozen values out. No database, no network, no settings."""
