"""Pages of accounts: entrance (django-allauth's, adapted), profile, people, invitations."""
