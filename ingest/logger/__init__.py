"""Files of loggers: what a person reads out after a journey, as readings or with the reason why not."""
