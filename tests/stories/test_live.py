"""Is my gateway right? Its messages are shown as they arrive at a running service, and nobody else's."""

from __future__ import annotations

import json
from typing import Any

from tests.stories.test_gateways import Service, embedded, service, with_mosquitto  # noqa: F401

TOPIC = "keepwell/v1/dock-5/telemetry"


def shown(service: Service) -> list[dict[str, Any]]:  # noqa: F811
    """What is told of the gateway now, newest first."""
    answer = service.http.get("/gateways/dock-5/messages")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_messages_are_shown_as_they_arrive(service: Service) -> None:  # noqa: F811
    """From the first question on: what was kept, converted and refused, and what the message was; the stream has the same."""
    ours, other = (service.joined(name, service.issue(name)) for name in ("dock-5", "dock-6"))
    ours.publish(TOPIC, b'{"device": "a", "temperature": 1.5}')
    ours.settle()
    assert shown(service) == []

    def first() -> list[dict[str, Any]]:
        ours.publish(TOPIC, b'{"device": "a", "temperature": 50, "unit": {"temperature": "degF"}}')
        other.publish("keepwell/v1/dock-6/telemetry", b'{"temperature": 3}')
        ours.settle()
        other.settle()
        return shown(service)

    (told, *_) = service.installation.until(first, "a message shown", 10.0)
    assert (told["topic"], told["qos"], told["form"]) == (TOPIC, 1, "native")
    assert told["keeps"][0]["device"] == "dock-5/a"
    assert told["keeps"][0]["said"] == {"value": 50.0, "unit": "degF"}
    assert told["keeps"][0]["value"] == 10.0
    assert not any("dock-6" in json.dumps(one) for one in shown(service))
    with service.http.stream("GET", "/gateways/dock-5/messages/stream") as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("retry")
        ours.publish(TOPIC, b"{oops")
        ours.settle()
        data = next(line for line in lines if line.startswith("data: ") and "oops" in line)
    refused = json.loads(data.removeprefix("data: "))
    assert refused["payload_text"] == "{oops"
    assert [one["reason"] for one in refused["refuses"]] == ["not_json"]
    for one in (ours, other):
        one.close()
