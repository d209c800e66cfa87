"""How good detection is: measured on recordings and simulated worlds, with baselines beside."""
