import http.server
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.pictures import PictureError
from training.data.sources import downloads, open_source
from training.data.sources.addresses import address_name
from training.data.sources.connections import Elsewhere, Way
from training.data.sources.downloads import Downloads, Manners
from training.data.sources.names import Refused
from training.data.sources.source import SourceError
from training.data.workshop.preparation import Preparation

Png = Callable[..., bytes]
QUICK = Manners(rate=1000, wait=0.001, largest=5000, silence=30)


@dataclass
class Site:
    """A server on this machine: answers in turn by path, and what it was asked."""

    base: str = ""
    answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    asked_now: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def answer(self, path: str, *turns: tuple[int, dict[str, str], bytes]) -> str:
        self.answers[path] = list(turns)
        return self.base + path


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("no_proxy", "*")
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            turns = site.answers[self.path]
            status, headers, body = turns.pop(0) if len(turns) > 1 else turns[0]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            if "X-Stall" in headers:
                self.wfile.flush()
                site.asked_now.set()
                site.go_on.wait(30)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    site.base = f"http://127.0.0.1:{server.server_port}"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever, 0.01)
        yield site
        site.go_on.set()
        server.shutdown()
    server.server_close()


def test_a_list_of_addresses_is_downloaded_once(  # noqa: PLR0917  fixtures
    tmp_path: Path, preparation: Preparation, listed: Callable, site: Site, png: Png, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.data.sources.addresses.Downloads", lambda: Downloads(QUICK))
    first = site.answer("/pics/a.png", (200, {}, png(1)))
    second = site.answer("/pics/%C3%A9.png", (200, {}, png(2)))
    path = tmp_path / "list.txt"
    path.write_text(
        f"# mine\n\n{first}\trex\n{site.base}/pics/é.png\n{first}\nfile:///etc/passwd\nhttps://u:p@example.org/a.png\n"
    )
    items, skipped = listed(path)
    assert site.asked == []
    assert [item.read() for item in items] == [png(1), png(2)]
    assert [item.read() for item in listed(path)[0]] == [png(1), png(2)]
    assert site.asked == ["/pics/a.png", second.removeprefix(site.base)]
    assert [item.label for item in items] == ["rex", None]
    host = site.base.removeprefix("http://").replace(":", "-")
    assert items[0].name.startswith(f"{host}/pics/a.png-")
    assert items[1].name.startswith(f"{host}/pics/é.png-")
    assert skipped == {
        first: "it is named twice; the first is taken",
        "file:///etc/passwd": "it is no address of the web; write one that starts with https://",
        "https://u:p@example.org/a.png": (
            "it holds a user name or password, which is not sent; give an address that needs none"
        ),
    }
    with pytest.raises(
        SourceError, match=r"list\.txt is on the network, which is only asked on your word; allow it \("
    ):
        open_source(str(path), replace(preparation, network=False))
    path.write_text("# nothing\n")
    with pytest.raises(SourceError, match=r"list\.txt holds no address; write one a line, starting with https://"):
        listed(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match=r"list\.txt is no UTF-8 text; save it as UTF-8"):
        listed(path)


def test_a_busy_server_is_asked_again(tmp_path: Path, site: Site, png: Png) -> None:
    address = site.answer("/a", (503, {}, b""), (503, {}, b""), (200, {}, png(1)))
    assert Downloads(QUICK, tmp_path).fetch(address) == png(1)
    assert len(site.asked) == 3


@pytest.mark.parametrize(
    ("turn", "message", "asked"),
    [
        ((503, {}, b""), "cannot be had after 3 tries: it answers 503 Service Unavailable", 3),
        ((404, {}, b""), "answers 404 Not Found", 1),
        ((200, {"Content-Length": "9000"}, b""), "is larger than 0.00476837 MB", 1),
        ((200, {"Transfer-Encoding": "x", "Content-Length": ""}, bytes(6000)), "is larger than 0.00476837 MB", 1),
        ((200, {"Content-Length": "90"}, bytes(80)), "cannot be had after 3 tries: only 80 of 90 bytes came", 3),
        (
            (200, {"Content-Type": "text/html; charset=x"}, b"<p>"),
            "is a web page and no picture; give the address of",
            1,
        ),
        ((302, {"Location": "file:///etc/passwd"}, b""), "answers 302 .* is not allowed", 1),
        (
            (302, {"Location": "ftp://example.org/a"}, b""),
            "leads to ftp://example.org/a, which is not on the web; it is",
            1,
        ),
        ((302, {"Location": "/a"}, b""), "answers 302 The HTTP server returned a redirect error that would lead to", 5),
    ],
)
def test_what_cannot_be_had_says_why(
    tmp_path: Path, site: Site, turn: tuple[int, dict[str, str], bytes], message: str, asked: int
) -> None:
    address = site.answer("/a", turn)
    with pytest.raises(PictureError, match=rf"{address} {message}"):
        Downloads(QUICK, tmp_path).fetch(address)
    assert len(site.asked) == asked
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_told(tmp_path: Path, site: Site) -> None:
    with pytest.raises(PictureError, match=r"http://127\.0\.0\.1:1/a cannot be had after 3 tries: .*refused"):
        Downloads(QUICK, tmp_path).fetch("http://127.0.0.1:1/a")


def test_redirections_are_followed(tmp_path: Path, site: Site, png: Png) -> None:
    site.answer("/b", (200, {}, png(1)))
    assert Downloads(QUICK, tmp_path).fetch(site.answer("/a", (302, {"Location": "/b"}, b""))) == png(1)


def test_the_web_cannot_lead_into_this_network() -> None:
    def at(address: str) -> object:
        return SimpleNamespace(getpeername=lambda: (address, 80))

    Way(lambda _: None).connected(at("192.168.0.4"))
    own = Way(lambda _: None)
    for address in ("127.0.0.1", "10.0.0.1", "1.1.1.1"):
        own.connected(at(address))
    for address in ("127.0.0.1", "192.168.0.4", "169.254.169.254", "::1", "fe80::1%eth0"):
        way = Way(lambda _: None)
        way.connected(at("1.1.1.1"))
        with pytest.raises(Elsewhere, match="leads to a machine in this network, where the web has no business"):
            way.connected(at(address))


def test_closing_ends_a_transfer_that_stalls(tmp_path: Path, site: Site) -> None:
    address = site.answer("/a", (200, {"Content-Length": "100", "X-Stall": "1"}, b"x"))
    fetching = Downloads(QUICK, tmp_path)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(fetching.fetch, address)
        assert site.asked_now.wait(30)
        fetching.close()
        with pytest.raises(PictureError, match="the download was stopped"):
            future.result(10)
    assert not site.go_on.is_set()
    with pytest.raises(PictureError, match="the download was stopped"):
        fetching.fetch(address)


def test_closing_ends_a_wait_for_the_next_try(tmp_path: Path, site: Site) -> None:
    address = site.answer("/a", (503, {"Retry-After": "50", "X-Stall": "1"}, b""))
    fetching = Downloads(QUICK, tmp_path)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(fetching.fetch, address)
        assert site.asked_now.wait(30)
        site.go_on.set()
        fetching.close()
        with pytest.raises(PictureError, match="the download was stopped"):
            future.result(10)


def test_requests_keep_their_distance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    fetching = Downloads(Manners(rate=4), tmp_path)
    monkeypatch.setattr(downloads, "time", SimpleNamespace(monotonic=lambda: 100.0))
    monkeypatch.setattr(fetching, "_closed", SimpleNamespace(wait=lambda seconds: bool(waits.append(seconds))))
    for _ in range(5):
        fetching.take_turn()
    assert waits == [0, 0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org/a/../b%20c.png#x", "example.org/a/b c.png"),
        ("https://bücher.example/%E6%81%90.png", "bücher.example/恐.png"),
        ("https://example.org/a.png?id=1", "example.org/a.png-2ccae21a"),
        ("https://example.org:81/a.png", "example.org-81/a.png"),
    ],
)
def test_addresses_have_readable_names(address: str, name: str) -> None:
    assert address_name(address) == name


@given(st.text(max_size=40) | st.text(max_size=30).map("https://{}".format))
def test_no_address_gives_a_name_that_leads_out(address: str) -> None:
    try:
        name = address_name(address)
    except Refused:
        return
    assert name.encode()
    assert not name.startswith("/")
    assert not {"", ".", ".."} & set(name.split("/"))
