"""What all tests share: how properties are searched, and the running local system with a customer for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.groups import BY_FIXTURE

if TYPE_CHECKING:  # what runs the system takes a second to load, in each process: whoever starts it loads it
    from tests.customers import Customer
    from tests.invoicers import Invoicer
    from tests.system import LocalSystem

# Without a deadline: a shared machine may be slow, and that is no fault.
settings.register_profile("handoff", deadline=None, print_blob=True)
settings.load_profile("handoff")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of all test processes one has the local system, and one the local AWS."""
    for item in items:
        for fixture, group in BY_FIXTURE.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(group)


@pytest.fixture(scope="session")
def local_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """One running system for the whole session."""
    from tests.system import running_system  # noqa: PLC0415 - as above

    with running_system(tmp_path_factory.mktemp("system")) as system:
        yield system


@pytest.fixture
def system(local_system: LocalSystem) -> Iterator[LocalSystem]:
    """The system with all vendors as on their first day; afterwards no step may have failed unforeseen."""
    local_system.start_over()
    began = datetime.now(UTC)
    yield local_system
    local_system.come_to_rest()
    assert local_system.faults_logged(since=began) == []
    assert local_system.dead_letters() == 0


@pytest.fixture
def customer(system: LocalSystem) -> Customer:
    """A customer of ours, with nobody's hours logged yet."""
    from tests.customers import take_in  # noqa: PLC0415 - as above

    return take_in(system)


@pytest.fixture
def klitrose(system: LocalSystem) -> Invoicer:
    """A customer of ours that sends invoices; both its vendors tell us of what happens."""
    from tests.invoicers import take_in_invoicer  # noqa: PLC0415 - as above

    return take_in_invoicer(system)
