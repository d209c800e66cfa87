"""The registry description of a scenario that has no hand-written one: every room a zone, every device in its room."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from simulators.scenario import Scenario, load


def registry_toml(scenario: Scenario) -> str:
    """A registry file (format 1): zones with the rooms' profiles, gateways, devices with intervals and quantities."""
    return "\n".join(["format = 1", *_zones(scenario), *_gateways(scenario), *_devices(scenario)]) + "\n"


def _zones(scenario: Scenario) -> Iterator[str]:
    for room in scenario.rooms:
        yield f'\n[[zone]]\nkey = "{room.name}"'
        if room.profile:
            yield f'profile = "{room.profile}"'


def _gateways(scenario: Scenario) -> Iterator[str]:
    for gateway in scenario.gateways:
        yield f'\n[[gateway]]\nkey = "{gateway.name}"'


def _devices(scenario: Scenario) -> Iterator[str]:
    for kind in scenario.devices:
        quantities = ", ".join(f'"{quantity}"' for quantity in kind.quantities)
        for name in kind.names():
            yield f'\n[[device]]\ngateway = "{kind.gateway}"\ndevice = "{name}"\nzone = "{kind.room}"'
            yield f'interval = "{kind.interval:g} s"\nquantities = [{quantities}]'


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m simulators.registry_file SCENARIO`: print the description."""
    parser = argparse.ArgumentParser(prog="simulators.registry_file", description=__doc__)
    parser.add_argument("scenario", help="a name in simulators/scenarios, or a .toml file")
    sys.stdout.write(registry_toml(load(parser.parse_args(arguments).scenario)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
