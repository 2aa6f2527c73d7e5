"""Says which EventBridge patterns match an event, by moto: event_patterns.py FILE

The file is {"patterns": {NAME: PATTERN}, "events": {NAME: EVENT AS TEXT}}, the answer {EVENT'S NAME: [PATTERN'S NAME]}.
"""

import json
import sys

from moto.events.models import EventPattern


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        question = json.load(file)
    patterns = {name: EventPattern.load(json.dumps(pattern)) for name, pattern in question["patterns"].items()}
    answer = {}
    for name, text in question["events"].items():
        event = json.loads(text)
        answer[name] = sorted(rule for rule, pattern in patterns.items() if pattern.matches_event(event))
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
