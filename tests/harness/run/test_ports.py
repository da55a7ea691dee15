"""What can be known of sockets before any load."""

import socket

import pytest

from harness.run.crew import Address
from harness.run.ports import check_free, check_known
from harness.run.settings import SettingError


def test_an_address_where_somebody_listens_already_is_refused_by_its_flag() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=rf"^--bind: cannot listen at 127.0.0.1:{port} \(.*\); name another"):
            check_free(Address("127.0.0.1", port), "--bind")
    check_free(Address("127.0.0.1", port), "--bind")


def test_so_is_one_that_is_not_of_this_machine() -> None:
    with pytest.raises(SettingError, match=r"^--web-port: cannot listen at 192.0.2.1:0"):
        check_free(Address("192.0.2.1", 0), "--web-port")


def test_a_name_that_can_be_looked_up_is_known() -> None:
    check_known(Address("localhost", 5557), "--master-host")
