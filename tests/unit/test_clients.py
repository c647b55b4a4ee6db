from __future__ import annotations

import threading

from clients import Clients


def test_client_is_made_once_for_a_service_region_and_role() -> None:
    made: list[tuple[str, str, str | None]] = []
    clients = Clients(lambda *key: made.append(key) or object())

    first = clients.get("logs", "us-east-1", None)

    assert clients.get("logs", "us-east-1", None) is first
    assert clients.get("logs", "us-east-1", "role") is not first
    assert made == [("logs", "us-east-1", None), ("logs", "us-east-1", "role")]


def test_client_used_longest_ago_is_dropped() -> None:
    clients = Clients(lambda *_: object(), most=2)
    first = clients.get("a", "r", None)
    clients.get("b", "r", None)
    clients.get("a", "r", None)
    clients.get("c", "r", None)

    assert len(clients) == 2
    assert clients.get("a", "r", None) is first


def test_threads_that_want_one_client_get_the_same() -> None:
    gate, made = threading.Barrier(4), list[object]()

    def make(*_: object) -> object:
        made.append(object())
        return made[-1]

    clients, found = Clients(make), list[object]()

    def want() -> None:
        gate.wait(5)
        found.append(clients.get("a", "r", None))

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(made) == 1
    assert len(set(map(id, found))) == 1
