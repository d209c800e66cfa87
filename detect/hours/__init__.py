"""Hours: slow detectors that judge a series by what it was hour by hour over days and weeks."""
