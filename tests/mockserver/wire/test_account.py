import re

from mockserver.wire.account import account_of


def test_an_account_is_named_as_the_api_names_accounts() -> None:
    account = account_of("sk-secret-key")
    assert re.fullmatch(r"user-[0-9a-z]{24}", account.organization)
    assert re.fullmatch(r"org-[0-9A-Za-z]{24}", account.organization_id)
    assert re.fullmatch(r"proj_[0-9A-Za-z]{24}", account.project)


def test_a_key_keeps_its_account_and_does_not_show_in_it() -> None:
    account = account_of("sk-secret-key")
    assert account == account_of("sk-secret-key")
    assert account != account_of("sk-other-key")
    assert "secret" not in repr(account)
