"""`python -m keepwell`: the same as the command `keepwell`."""

from keepwell.cli import main

main()
