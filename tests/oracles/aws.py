"""Calls AWS, as an operator's scripts would: one JSON object a line in, one a line out.

{"region": "us-east-1", "service": "sqs", "call": "list_queues", "with": {}}  gives {"answer": …} or {"error": CODE}
"""

import json
import sys

import boto3
import botocore.exceptions


def plain(value: object) -> object:
    """What JSON has no word for: the payload of an invocation, and times."""
    return value.read().decode() if hasattr(value, "read") else str(value)


def answer(question: dict) -> dict:
    client = boto3.client(question["service"], region_name=question["region"])
    call = getattr(client, question["call"])
    try:
        # Lists come in pages, and all of them are wanted.
        if client.can_paginate(question["call"]):
            return {"answer": client.get_paginator(question["call"]).paginate(**question["with"]).build_full_result()}
        return {"answer": call(**question["with"])}
    except botocore.exceptions.ClientError as error:
        return {"error": error.response["Error"]["Code"]}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), default=plain), flush=True)
