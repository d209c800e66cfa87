"""The steps by which a service database of any age becomes one of today, run by `store.service`."""
