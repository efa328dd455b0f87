"""What the tests of the API share: a registry with something for each reader, tokens, and a client."""

from dataclasses import dataclass, field

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from grappe.hub.api.actions import create_token
from grappe.hub.api.caller import LIMIT
from grappe.hub.registry.actions.imports import bring_list
from grappe.hub.registry.actions.statements import Correction, correct_value
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.queries import version_of
from hub.desk_fixtures import person
from workspaces import build_ecosystem

ALL = ("read", "write:statements", "import", "book")
#: Said to members only by one list, to staff only by hand; nobody else may find a trace of either.
MEMBERS_VALUE, PRIVATE_VALUE = "150", "418-555-0199"


#: What a list that is brought says of itself.
NEW_LIST = {"title": "Cuirs", "publisher": "Essai", "licence": "CC0-1.0", "visibility": "public"}


@dataclass
class Api:
    """A caller of the API; *secret* is its token's."""

    secret: str = ""
    client: Client = field(default_factory=Client)

    def ask(self, method: str, path: str, content=None, **headers):
        """The answer to one request under ``/api/v1/`` (or to the address itself)."""
        if self.secret:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        more = {} if content is None else {"data": content, "content_type": "application/json"}
        return getattr(self.client, method)(address, headers=headers, **more)

    def get(self, path: str, **headers):
        """The answer to a GET."""
        return self.ask("get", path, **headers)

    def post(self, path: str, content, **headers):
        """The answer to a POST of JSON."""
        return self.ask("post", path, content, **headers)

    def send(self, path: str, said, *, file: bytes, name: str = "liste.csv", **headers):
        """The answer to a form with a file."""
        if self.secret:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        content = {**said, "file": SimpleUploadedFile(name, file)}
        return self.client.post(f"/api/v1/{path}", content, headers=headers)

    def json(self, path: str, **headers):
        """What a GET that succeeds gives."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture(autouse=True)
def _calls_counted_anew(settings):
    """Tests ask as much as they need; those about the limit set their own."""
    settings.API_VISITOR_RATE = settings.API_TOKEN_RATE = 100_000
    LIMIT.forget()


@pytest.fixture(scope="session")
def ecosystem(tmp_path_factory):
    """An ecosystem folder where one list is for members, built once."""
    folder = tmp_path_factory.mktemp("api")
    return build_ecosystem(folder / "workspace", folder / "ecosystem", visibility="members")


@pytest.fixture
def registry(ecosystem, noon, site):
    """That folder loaded and indexed, and one value for staff only."""
    load_ecosystem(folder=ecosystem, actor=None, at=noon)
    state(Organisation.objects.get(acronym="IFO"), "phone", PRIVATE_VALUE, noon, visibility="private")
    rebuild_index()


@pytest.fixture
def institute(registry):
    """The organisation that both lists speak of."""
    return Organisation.objects.get(acronym="IFO")


@pytest.fixture
def application():
    """The WSGI application, asked in this thread: a request leaves the test's transaction open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def state(organisation, prop, value, noon, **more):
    """A statement made at the desk by a manager."""
    entities = list(organisation.records.values_list("entity", flat=True))
    return correct_value(
        organisation=organisation,
        correction=Correction(prop, value, "appel", **more),
        version=version_of(entities, prop),
        actor=person(noon, "manager", username=f"chef-{prop}-{abs(hash(value)) % 10**8}"),
        at=noon,
    )


def caller(noon, role="", cluster="", scopes=ALL) -> Api:
    """The API as someone who holds *role* asks it with a token; "" is a visitor."""
    if not role:
        return Api()
    user = person(noon, role, cluster, username=f"api-{role}-{cluster}")
    return Api(create_token(name="essai", scopes=scopes, expires_at=None, actor=user, at=noon)[1])


def bring_one(noon):
    """A list that a manager has brought and that waits to be opened."""
    return bring_list(
        source=None,
        described=NEW_LIST,
        cluster="",
        file_name="cuirs.csv",
        chunks=[b"Nom;Ville\nCuirs Fictifs;Laval\n"],
        actor=person(noon, "manager", username="celle-qui-apporte"),
        at=noon,
    )
