"""Races for seats: real processes over HTTP against the production server, on a database of their own."""
