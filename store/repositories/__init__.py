"""The only places where the service database is asked or changed, one module per part; all take a `Connection`."""
