"""A language model beside the grammar: asked by schema, believed only where the text says the same."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from grappe.cli import main
from grappe.figures.assisting import SCHEMA, assist, proposed, request_of
from grappe.statements import Document
from grappe.statements.figures import Figure

TEXT = "La grappe fictive de photonique, en 2024. Elle compte 220 entreprises, selon l’Institut fictif."
AT = TEXT.index("220")
FIGURE = Figure("companies", "level", "companies", 220, surface_start=AT, surface_end=AT + 3)


def document():
    return Document("d", "s", "T", "fr", None, TEXT)


def answer(*found):
    return {"choices": [{"message": {"content": json.dumps({"found": list(found)})}}]}


def told(field, quote, start=None):
    return {"field": field, "quote": quote, "start": TEXT.index(quote) if start is None else start}


def test_what_the_text_confirms_is_proposed_and_named_as_implied():
    found = [told("subject", "La grappe fictive de photonique"), told("period", "en 2024")]
    (figure,) = assist([FIGURE], document(), lambda _: answer(*found), model="essai")
    assert (figure.subject, figure.period, figure.implied_fields, figure.status, figure.note) == (
        "La grappe fictive de photonique",
        "2024",
        ("period", "subject"),
        "draft",
        "proposed by essai: period, subject",
    )


@pytest.mark.parametrize(
    "said",
    [
        told("subject", "La grappe fictive de photonique", 3),
        told("subject", "Une grappe inventée", 0),
        told("subject", "La grappe", -95),
        told("value", "220"),
        told("share_of", "entreprises"),
        {"field": "subject", "quote": 7, "start": 0},
        {"field": "subject", "quote": "La grappe", "start": True},
        "subject",
    ],
)
def test_what_it_makes_up_is_left_out(said):
    assert proposed(FIGURE, TEXT, answer(said)) == {}
    assert assist([FIGURE], document(), lambda _: answer(said), model="essai") == [FIGURE]


@pytest.mark.parametrize(
    "wrong", [{}, {"choices": []}, {"choices": [{"message": {"content": "non"}}]}, answer()]
)
def test_another_form_of_answer_says_nothing(wrong):
    assert assist([FIGURE], document(), lambda _: wrong, model="essai") == [FIGURE]


def test_what_is_known_is_not_asked_and_stays():
    known = FIGURE.with_changes(subject="photonique", place="Québec", period_start="2024", source="Institut")
    assert assist([known], document(), lambda _: pytest.fail("asked"), model="essai") == [known]
    asked = request_of(FIGURE.with_changes(subject="photonique"), TEXT, "essai")
    assert json.loads(asked["messages"][1]["content"])["fields"] == ["place", "period", "source"]
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA


@pytest.fixture
def service():
    """A stand-in of the service on this machine; what it was asked and how it answers."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.path, self.headers["Authorization"], content["model"]))
            shown = json.loads(content["messages"][1]["content"])
            quote = "Rivemer"
            found = {"field": "place", "quote": quote, "start": shown["text"].index(quote)}
            body = json.dumps(answer(found)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", asked
    server.shutdown()
    server.server_close()


def test_the_command_asks_only_when_told_to(service, tmp_path, monkeypatch):
    address, asked = service
    page = tmp_path / "page.txt"
    page.write_text("Cette grappe compte 220 entreprises, toutes autour de Rivemer.\n", "utf-8")
    command = ["figures", "extract", str(page), "--format", "jsonl"]
    alone = json.loads(CliRunner().invoke(main, command).stdout)
    assert asked == []
    monkeypatch.setenv("GRAPPE_ASSISTANT_KEY", "cle")
    helped = CliRunner().invoke(main, [*command, "--assistant", address, "--assistant-model", "essai"])
    assert helped.exit_code == 0, helped.output
    assert (alone["place"], json.loads(helped.stdout)["place"]) == (None, "Rivemer")
    assert asked == [("/v1/chat/completions", "Bearer cle", "essai")]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "file:///etc/passwd"])
def test_a_service_that_does_not_answer_is_said(tmp_path, address):
    page = tmp_path / "page.txt"
    page.write_text("Cette grappe compte 220 entreprises.\n", "utf-8")
    done = CliRunner().invoke(main, ["figures", "extract", str(page), "--assistant", address])
    assert (done.exit_code, "Traceback" in done.output) == (3, False)
