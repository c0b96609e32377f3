import gzip
import io
import random
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.data.pictures import PictureError
from training.data.sources import tar_stream
from training.data.sources.names import Refused, safe_name
from training.data.sources.source import SourceError

Png = Callable[..., bytes]
KINDS = ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"]


def pack(path: Path, files: dict[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path
    compression = path.suffix.removeprefix(".").removesuffix("tar")
    with tarfile.open(path, f"w:{compression}") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_read_in_place_with_their_folder_as_label(
    kind: str, tmp_path: Path, listed: Callable, png: Png
) -> None:
    files = {f"{label}/{i}.png": png(i) for i, label in enumerate(["a", "b", "a"])}
    path = pack(tmp_path / f"set.{kind}", {**files, "__MACOSX/a/._0.png": b"x", "a/empty.png": b""})
    before = {path.name for path in tmp_path.iterdir()}
    items, skipped = listed(path)
    assert {item.name: (item.label, item.read()) for item in items} == {
        name: (name[0], data) for name, data in files.items()
    }
    assert skipped == {"a/empty.png": "it is empty"}
    assert {path.name for path in tmp_path.iterdir()} == before
    assert [item.stamp for item in listed(path)[0]] == [item.stamp for item in items]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/x.png", "its name is an absolute path, which an archive has no use for; it is left out"),
        ("C:/x.png", "its name is an absolute path, which an archive has no use for; it is left out"),
        ("../x.png", "its name leads out of the archive with '..'; it is left out"),
        ("a/..\\..\\x.png", "its name leads out of the archive with '..'; it is left out"),
        ("ok.png", "it is named twice; the first is taken"),
    ],
)
def test_names_that_lead_out_are_refused(  # noqa: PLR0917  fixtures
    kind: str, name: str, reason: str, tmp_path: Path, listed: Callable, png: Png
) -> None:
    path = pack(tmp_path / f"set.{kind}", {"./ok.png": png(1), name: png(2)})
    items, skipped = listed(path)
    assert [(item.name, item.read()) for item in items] == [("ok.png", png(1))]
    assert skipped == {name: reason}


@given(name=st.text(st.sampled_from("./\\:aC\0é"), max_size=12) | st.text(max_size=30))
def test_no_name_leads_out_of_an_archive(name: str) -> None:
    try:
        safe = safe_name(name)
    except Refused:
        return
    path = PurePosixPath(safe)
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert "\\" not in safe
    assert safe == path.as_posix() != "."


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1, max_size=4)
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_names_give_safe_unique_items(
    kind: str, tmp_path_factory: pytest.TempPathFactory, listed: Callable, names: list[str]
) -> None:
    path = pack(tmp_path_factory.mktemp("in") / f"set.{kind}", dict.fromkeys(names, b"data"))
    try:
        items, _ = listed(path)
    except SourceError as error:
        assert "there are no files in" in str(error)  # noqa: PT017  both ends are right
        return
    assert len({item.name for item in items}) == len(items)
    for item in items:
        assert ".." not in item.name.split("/")
        assert item.read() == b"data"


def test_links_and_devices_are_refused(tmp_path: Path, listed: Callable, png: Png) -> None:
    tar = pack(tmp_path / "set.tar", {"ok.png": png(1)})
    with tarfile.open(tar, "a") as archive:
        for name, kind in [
            ("soft.png", tarfile.SYMTYPE),
            ("hard.png", tarfile.LNKTYPE),
            ("device.png", tarfile.CHRTYPE),
        ]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    archive_zip = pack(tmp_path / "set.zip", {"ok.png": png(1)})
    with zipfile.ZipFile(archive_zip, "a") as archive_:
        info_ = zipfile.ZipInfo("soft.png")
        info_.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive_.writestr(info_, "/etc/passwd")
    link = "it is a link, which is not followed in an archive"
    assert listed(tar)[1] == {"soft.png": link, "hard.png": link, "device.png": "it is no regular file"}
    assert listed(archive_zip)[1] == {"soft.png": link}


def test_a_zip_bomb_is_refused_as_a_member_and_as_a_whole(tmp_path: Path, listed: Callable, png: Png) -> None:
    member = pack(tmp_path / "member.zip", {"ok.png": png(1), "bomb.png": bytes(80 * 2**20)})
    assert re.fullmatch(r"it would grow 10\d\d times, as a trap does", listed(member)[1]["bomb.png"])
    whole = pack(tmp_path / "whole.zip", {"a.png": png(1), "b.png": png(2)})
    forge_sizes(whole, 3 * 2**30)
    with pytest.raises(SourceError, match=r"whole\.zip is refused: it would grow from 0 MB to 6144 MB, as a trap does"):
        listed(whole)


def test_a_member_that_claims_to_be_huge_is_refused(tmp_path: Path, listed: Callable, png: Png) -> None:
    path = pack(tmp_path / "set.zip", {"a.png": png(1)})
    forge_sizes(path, 600 * 2**20)
    assert listed(path)[1] == {"a.png": "it is larger than 512 MB, too large for a picture"}


def forge_sizes(path: Path, size: int) -> None:
    """Let every entry of the central directory claim to be of this size."""
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\1\2")
    while place >= 0:
        data[place + 24 : place + 28] = size.to_bytes(4, "little")
        place = data.find(b"PK\1\2", place + 1)
    path.write_bytes(data)


@pytest.mark.parametrize("compression", ["gz", "xz"])
def test_a_compressed_tar_that_grows_without_end_is_refused(
    compression: str, tmp_path: Path, listed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tar_stream, "_BOMB_BYTES", 2**20)
    path = pack(tmp_path / f"set.tar.{compression}", {"a.png": bytes(40 * 2**20), "b.png": b"x"})
    with pytest.raises(SourceError, match=r"is refused: it would grow to more than \d MB, as a trap does; unpack it"):
        listed(path)


def test_a_tar_header_that_claims_a_huge_extension_is_refused(tmp_path: Path, listed: Callable) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2**35
    path = tmp_path / "set.tar.gz"
    path.write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240)))
    with pytest.raises(SourceError, match=r"no TAR archive that can be read: a header claims 32768 MB"):
        listed(path)


def test_encrypted_and_broken_archives_say_so(tmp_path: Path, listed: Callable, png: Png) -> None:
    path = pack(tmp_path / "locked.zip", {"a.png": png(1)})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"locked\.zip is encrypted; unpack it with its password and give the folder"):
        listed(path)
    for name, what in [("torn.zip", "ZIP"), ("torn.tar", "TAR"), ("torn.tgz", "TAR")]:
        (tmp_path / name).write_bytes(b"nothing of the kind" * 99)
        with pytest.raises(
            SourceError, match=rf"{name} is no {what} archive that can be read: .*; download or pack it"
        ):
            listed(tmp_path / name)
    for name in ("none.zip", "none.tar"):
        with pytest.raises(SourceError, match=rf"there are no files in .*{name}; give an archive with pictures"):
            listed(pack(tmp_path / name, {}))


def test_a_damaged_member_costs_only_itself(tmp_path: Path, listed: Callable, png: Png) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", png(1))
        archive.writestr("b.png", png(2))
    data = path.read_bytes()
    path.write_bytes(data.replace(png(1), png(1)[:-9] + bytes(9)))
    items, _ = listed(path)
    with pytest.raises(PictureError, match=r"a\.png cannot be read from the archive: Bad CRC-32"):
        items[0].read()
    assert items[1].read() == png(2)


@pytest.mark.parametrize("kind", ["tar", "tar.gz"])
def test_a_tar_that_ends_too_early_gives_what_comes_before(kind: str, tmp_path: Path, listed: Callable) -> None:
    files = {f"{i}.png": random.Random(i).randbytes(70_000) for i in range(9)}
    path = pack(tmp_path / f"set.{kind}", files)
    path.write_bytes(path.read_bytes()[: -len(files["0.png"]) * 3])
    items, skipped = listed(path)
    assert [item.name for item in items[:5]] == [f"{i}.png" for i in range(5)]
    assert [item.read() for item in items[:5]] == [files[item.name] for item in items[:5]]
    assert "the archive ends too early" in skipped[str(path)]


def test_archives_are_known_by_their_content_too(tmp_path: Path, listed: Callable, png: Png) -> None:
    for kind in ("zip", "tar.gz"):
        path = pack(tmp_path / f"set.{kind}", {"a.png": png(3)}).rename(tmp_path / f"download-{kind[:3]}")
        assert [item.read() for item in listed(path)[0]] == [png(3)]


def test_marks_in_an_archive_are_found(tmp_path: Path, listed: Callable, png: Png) -> None:
    files = {"images/a.png": png(1, (100, 50)), "labels/a.txt": b"0 0.5 0.5 0.2 0.4", "classes.txt": b"rex\n"}
    for kind in ("zip", "tar"):
        (item,), skipped = listed(pack(tmp_path / f"set.{kind}", files))
        box = item.boxes[0]
        assert (box.left, box.top, box.right, box.bottom, box.label) == pytest.approx((40, 15, 60, 35, "rex"))
        assert not skipped
    (item,), skipped = listed(pack(tmp_path / "set.tar.gz", files))
    assert item.boxes == ()
    assert skipped["labels/a.txt"] == (
        "it cannot be read (a compressed TAR is read from front to back; unpack it to use the marks in it); its marks"
        " are not used"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_threads_may_read_at_once_and_in_any_order(kind: str, tmp_path: Path, listed: Callable) -> None:
    files = {f"{i:03}.png": random.Random(i).randbytes(1 + 37 * i) for i in range(150)}
    items, _ = listed(pack(tmp_path / f"set.{kind}", files))
    shuffled = random.Random(0).sample(items, len(items))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda item: item.read(), shuffled)) == [files[item.name] for item in shuffled]


def test_a_compressed_tar_is_opened_once_when_read_about_in_order(
    tmp_path: Path, listed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tar_stream, "_KEPT_BYTES", 2**18)
    files = {f"{i:03}.png": random.Random(i).randbytes(20_000) for i in range(96)}
    items, _ = listed(pack(tmp_path / "set.tar.gz", files))
    opened: list[Path] = []
    real = tar_stream.opened
    monkeypatch.setattr(tar_stream, "opened", lambda path: opened.append(path) or real(path))
    for start in range(0, len(items), 8):
        for item in reversed(items[start : start + 8]):
            assert item.read() == files[item.name]
    assert len(opened) == 1
    assert items[0].read() == files["000.png"]
    assert len(opened) == 2
