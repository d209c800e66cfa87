"""Every sentence a person reads: a message code and parameters, rendered per language."""
