"""Forms of accounts: entrance (django-allauth's pages), profile, people."""
