"""The operations of the API, a file per kind of thing."""
