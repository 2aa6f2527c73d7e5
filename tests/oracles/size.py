"""Says how big the built functions are and what they need, and fails if that is too much: size.py FOLDER

The folder has one folder for each function, as `cargo lambda build` leaves it.
"""

import io
import re
import sys
import zipfile
from pathlib import Path

# Small enough to be fetched and unpacked in no time when a function starts cold.
MAX_ZIP = 3_500_000
# It asks many services, and nobody waits for its start.
LARGER = {"heartbeat": 5_000_000}
# What provided.al2023 has. https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html
MAX_GLIBC = (2, 34)
# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINES = {0x3E: "x86_64", 0xB7: "arm64"}


def zipped(folder: Path) -> int:
    """The size of the zip that `sam deploy` makes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    return len(target.getvalue())


def glibc(binary: bytes) -> tuple[int, int]:
    """The newest glibc of which the binary names a version."""
    return max((int(major), int(minor)) for major, minor in re.findall(rb"\0GLIBC_(\d+)\.(\d+)", binary))


def main() -> None:
    functions = sorted(path.parent for path in Path(sys.argv[1]).glob("*/bootstrap"))
    if not functions:
        sys.exit(f"{sys.argv[1]} holds no functions: `make build` makes them")
    too_much = []
    for folder in functions:
        binary = (folder / "bootstrap").read_bytes()
        size, needed = zipped(folder), glibc(binary)
        machine = MACHINES.get(int.from_bytes(binary[18:20], "little"), "another processor")
        print(f"{folder.name:20} {machine:8} {size / 1e6:5.2f} MB zipped  glibc {needed[0]}.{needed[1]}")
        if size > LARGER.get(folder.name, MAX_ZIP) or needed > MAX_GLIBC:
            too_much.append(folder.name)
    if too_much:
        sys.exit(f"over {MAX_ZIP / 1e6} MB or glibc {MAX_GLIBC[0]}.{MAX_GLIBC[1]}: {', '.join(too_much)}")


if __name__ == "__main__":
    main()
