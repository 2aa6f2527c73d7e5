"""How many instructions our own part of one alert takes, by callgrind: instructions.py PROGRAM [--write]

Mapping, routing, and the texts of four channels, of the code as it is deployed. Unlike times, this is the same on a busy
machine as on an idle one. Fails where it is a tenth more than instructions.json says; --write puts the new number there.
"""

import json
import pathlib
import platform
import re
import subprocess
import sys

FILE = pathlib.Path(__file__).with_name("instructions.json")
ALERTS = 100
TOLERANCE = 0.10


def count(program: str, alerts: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, str(alerts)]
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Collected\s*:\s*(\d+)", output.stderr)
    if output.returncode or not found:
        sys.exit(f"{' '.join(command)}\n{output.stderr}")
    return int(found.group(1))


def main() -> None:
    program, write = sys.argv[1], "--write" in sys.argv
    # What the start takes is in both.
    now = (count(program, ALERTS + 1) - count(program, 1)) // ALERTS
    counts = json.loads(FILE.read_text(encoding="utf-8"))
    machine = platform.machine()
    if write:
        counts[machine] = now
        FILE.write_text(json.dumps(counts) + "\n", encoding="utf-8")
    if machine not in counts:
        print(f"{now} instructions an alert; nobody has counted on {machine} yet")
        return
    before = counts[machine]
    change = now / before - 1
    print(f"{now} instructions an alert, {change:+.1%} of {before}")
    if change > TOLERANCE:
        sys.exit(f"more than {TOLERANCE:+.0%}: find out why, or run `make instructions ARGS=--write` and say why")


if __name__ == "__main__":
    main()
