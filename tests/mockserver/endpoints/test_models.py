import pytest
from starlette.testclient import TestClient


def test_the_list_names_every_model_once(client: TestClient) -> None:
    listed = client.get("/v1/models").json()
    names = [card["id"] for card in listed["data"]]
    assert listed["object"] == "list"
    assert {"gpt-4o", "gpt-4o-mini", "gpt-4o-mini-2024-07-18"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["gpt-4o", "ft:gpt-4o-mini:acme::abc123"])
def test_a_model_has_a_card(client: TestClient, name: str) -> None:
    card = client.get(f"/v1/models/{name}").json()
    assert list(card) == ["id", "object", "created", "owned_by"]
    assert (card["id"], card["object"]) == (name, "model")


def test_an_unknown_model_has_none(client: TestClient) -> None:
    response = client.get("/v1/models/gpt-nope")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "model_not_found"


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/gpt-4o"])
def test_models_are_not_shown_without_a_key(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"authorization": ""}).status_code == 401


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/gpt-4o"])
def test_models_are_only_read(client: TestClient, path: str) -> None:
    assert client.post(path).status_code == 405


def test_health_needs_no_key(client: TestClient) -> None:
    response = client.get("/healthz", headers={"authorization": ""})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
