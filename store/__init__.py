"""Everything kept: the journal, the readings (time series) and the service database."""
