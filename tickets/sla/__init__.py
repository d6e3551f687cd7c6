"""The pure calculation of promises: no models, no database, no clock of its own."""
