#!/usr/bin/env python3
"""What a release needs beside the builds, so that all of it can be tried on any machine.

    packaging/release.py version [TAG]              the version; fails if TAG or the changelog have another
    packaging/release.py notes                      what the changelog says of it
    packaging/release.py try COMMAND...             whether an installed dynolint works
    packaging/release.py try-wheel WHEEL            whether it works from a wheel, in an empty environment
    packaging/release.py try-npm TARBALL...         whether it works from npm packages, in an empty folder
    packaging/release.py archive TARGET PROGRAM OUT an archive with all that belongs to a program
    packaging/release.py sums FOLDER                writes FOLDER/SHA256SUMS

Needs Python 3.11 and nothing else. The same input gives the same archive, byte for byte.
"""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Names that the shells look for.
COMPLETIONS = {
    "bash": "dynolint.bash",
    "elvish": "dynolint.elv",
    "fish": "dynolint.fish",
    "powershell": "_dynolint.ps1",
    "zsh": "_dynolint",
}

# 1980-01-01, the first day that a zip can tell.
EPOCH = 315532800


class Failure(Exception):
    """Something that a release must not have."""


def cargo_version() -> str:
    return tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]["version"]


def version(tag: str | None = None) -> str:
    """The version of Cargo.toml. A tag has to be that version, and the changelog has to know it."""
    version = cargo_version()
    if tag is not None:
        if tag != f"v{version}":
            raise Failure(f"the tag {tag} is not the version of Cargo.toml, {version}")
        if not re.search(r"\d{4}-\d{2}-\d{2}$", heading(version)):
            raise Failure(f"CHANGELOG.md has no date for {version}")
    return version


def heading(version: str) -> str:
    for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines():
        if line.startswith(f"## [{version}]"):
            return line
    raise Failure(f"CHANGELOG.md has no section for {version}")


def notes() -> str:
    """The section of the version; before a release, the section of what is not released."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for name in (cargo_version(), "Unreleased"):
        found = re.search(rf"^## \[{re.escape(name)}\][^\n]*\n(.*?)(?=^## |^\[[^\]]+\]: |\Z)", text, re.M | re.S)
        if found and found[1].strip():
            return found[1].strip() + "\n"
    raise Failure("CHANGELOG.md has nothing to say")


def run(command: list[str], expected: int = 0, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8")
    if done.returncode != expected:
        raise Failure(f"{' '.join(command)} ended with {done.returncode}, not {expected}:\n{done.stderr}")
    return done.stdout


def attempt(command: list[str]) -> str:
    """Whether a dynolint is of this version, finds what is to be found, and nothing where nothing is."""
    said = run([*command, "--version"]).strip()
    if said != f"dynolint {cargo_version()}":
        raise Failure(f"--version says {said!r}, not {cargo_version()}")
    counts = {}
    for fixture, expected in {"rails": 1, "django": 1, "express": 1, "moved/rails": 0}.items():
        report = json.loads(run([*command, "check", "--output-format", "json", f"fixtures/{fixture}"], expected))
        counts[fixture] = len(report["findings"])
    if not all(bool(count) != fixture.startswith("moved") for fixture, count in counts.items()):
        raise Failure(f"unlikely numbers of findings: {counts}")
    run([*command, "--no-such-flag"], 2)
    return f"{said} works: {counts}"


def try_wheel(wheel: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        run([str(programs / "python"), "-m", "pip", "install", "--no-index", wheel])
        return attempt([str(programs / "dynolint")])


def try_npm(*tarballs: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        # Offline: what is missing here must not come from a registry.
        npm = [shutil.which("npm") or "npm", "install", "--offline", "--no-audit", "--no-save", "--prefix", folder]
        run([*npm, *(str(Path(tarball).resolve()) for tarball in tarballs)])
        return attempt([str(Path(folder) / "node_modules" / ".bin" / "dynolint")])


def executable(program: Path) -> str:
    return "dynolint.exe" if program.suffix == ".exe" else "dynolint"


def contents(program: Path) -> dict[str, bytes]:
    """The files of an archive, by path."""
    files = {executable(program): program.read_bytes()}
    for name in ("CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"):
        files[name] = (ROOT / name).read_bytes()
    for shell, name in COMPLETIONS.items():
        files[f"completions/{name}"] = run([str(program), "completions", shell]).encode()
    with tempfile.TemporaryDirectory() as folder:
        run([str(program), "man", folder])
        for page in Path(folder).iterdir():
            files[f"man/{page.name}"] = page.read_bytes()
    return files


def archive(target: str, program: str, out: str) -> str:
    path = Path(program).resolve()
    stem = f"dynolint-{cargo_version()}-{target}"
    files = {f"{stem}/{name}": data for name, data in sorted(contents(path).items())}
    program_name = f"{stem}/{executable(path)}"
    made = Path(out) / (f"{stem}.zip" if "windows" in target else f"{stem}.tar.gz")
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(zipped(files, program_name) if made.suffix == ".zip" else tarred(files, program_name))
    return str(made)


def zipped(files: dict[str, bytes], program: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if name == program else 0o100644) << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], program: str) -> bytes:
    buffer = io.BytesIO()
    # The time is in the head of a gzip as well, and so is the name where there is one.
    with gzip.GzipFile("", "wb", 9, buffer, mtime=EPOCH) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                entry.mtime = EPOCH
                entry.mode = 0o755 if name == program else 0o644
                archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def sums(folder: str) -> str:
    """`sha256sum --check` reads what this writes."""
    made = Path(folder) / "SHA256SUMS"
    files = sorted(path for path in Path(folder).iterdir() if path.is_file() and path != made)
    if not files:
        raise Failure(f"there is nothing in {folder}")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    made.write_bytes("".join(lines).encode())
    return str(made)


def main(arguments: list[str]) -> int:
    verbs = {
        "version": version,
        "notes": notes,
        "try-wheel": try_wheel,
        "try-npm": try_npm,
        "archive": archive,
        "sums": sums,
    }
    try:
        match arguments:
            case ["try", *command] if command:
                print(attempt(command))
            case [verb, *rest] if verb in verbs:
                print(verbs[verb](*rest).rstrip("\n"))
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    # What a runner sets must not change what the program prints.
    for name in ("DYNOLINT_CONFIG", "GITHUB_ACTIONS"):
        os.environ.pop(name, None)
    sys.exit(main(sys.argv[1:]))
