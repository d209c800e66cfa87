"""The condition of devices and gateways: batteries, radio, counters, gaps, clocks, mains power."""
