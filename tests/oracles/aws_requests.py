"""What the AWS SDK for Python objects to in requests that were made without it.

Reads one JSON object: {"credentials": [id, secret, token or null], "requests": [{method, path, headers, body}], "endpoints":
[{service, region, address, signed_for}]}. Prints a list of objections: where the SDK would have asked something else, or
elsewhere, or with another signature. It makes each request itself with the same credentials, and sends nothing.
"""

import datetime
import functools
import json
import sys
import urllib.parse

import botocore.auth
import botocore.exceptions
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORM = "application/x-www-form-urlencoded"
# What the SDK puts in by itself where nobody does: for who sends a transaction twice, which we do not.
OF_ITS_OWN = {"ClientRequestToken"}


class Captured(BaseException):
    """Not an Exception: the SDK would try again."""


asked = json.load(sys.stdin)
KEY, SECRET, TOKEN = asked["credentials"]
session = botocore.session.Session()
session.set_credentials(KEY, SECRET, TOKEN)


@functools.cache
def client_of(service: str, region: str, url: str | None):
    client = session.create_client(service, region_name=region, endpoint_url=url)

    def capture(request, **_):
        raise Captured(request)

    client.meta.events.register("before-send", capture)
    return client


def ask(service: str, region: str, action: str, members: dict, url: str | None = None) -> AWSRequest:
    """The request that the SDK makes."""
    try:
        client_of(service, region, url)._make_api_call(action, members)
    except Captured as captured:
        return captured.args[0]
    raise AssertionError("the SDK sends nothing")


def text(value) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def members_of(content_type: str, body: str) -> dict:
    if content_type.startswith(FORM):
        return dict(urllib.parse.parse_qsl(body, keep_blank_values=True, strict_parsing=True))
    return json.loads(body)


def signature(request: dict, service: str, region: str, signed: list[str]) -> str:
    """The signature of a request, by the SDK's signer."""
    ours = AWSRequest(
        method=request["method"],
        url="http://" + request["headers"]["host"] + request["path"],
        data=request["body"].encode(),
        headers={name: request["headers"][name] for name in signed},
    )
    ours.context["timestamp"] = request["headers"]["x-amz-date"]
    signer = botocore.auth.SigV4Auth(Credentials(KEY, SECRET, TOKEN), service, region)
    return signer.signature(signer.string_to_sign(ours, signer.canonical_request(ours)), ours)


def object_to_signature(request: dict, service: str, region: str, signed: str, ours: str):
    headers = request["headers"]
    names = signed.removeprefix("SignedHeaders=").split(";")
    security = {"x-amz-security-token"} if TOKEN else set()
    if missing := ({"host", "x-amz-date", "content-type"} | security) - set(names):
        yield f"not signed: {missing}"
    if ours != "Signature=" + signature(request, service, region, names):
        yield "another signature"
    signed_at = datetime.datetime.strptime(headers["x-amz-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
    if abs(datetime.datetime.now(datetime.timezone.utc) - signed_at) > datetime.timedelta(minutes=5):
        yield f"signed at {signed_at}"


def object_to(request: dict):
    headers, body = request["headers"], request["body"]
    scheme, credential, signed, ours = headers["authorization"].replace(",", "").split(" ")
    _, day, region, service, _ = credential.split("/")
    if (scheme, credential) != ("AWS4-HMAC-SHA256", f"Credential={KEY}/{day}/{region}/{service}/aws4_request"):
        yield f"{scheme} {credential}"
    members = said = members_of(headers["content-type"], body)
    if headers["content-type"] == FORM:
        said = {name: value for name, value in members.items() if name not in ("Action", "Version")}
    action = members.get("Action") or headers["x-amz-target"].split(".")[1]
    try:
        theirs = ask(service, region, action, said, "http://" + headers["host"])
    except botocore.exceptions.ParamValidationError as error:
        yield f"{action}: {error}"
        return
    their_kind = text(theirs.headers["Content-Type"]).split(";")[0]
    their_members = members_of(their_kind, text(theirs.body))
    for name in OF_ITS_OWN - said.keys():
        their_members.pop(name, None)
    target = theirs.headers.get("X-Amz-Target")
    compared = {
        "method": (request["method"], theirs.method),
        "path": (request["path"], urllib.parse.urlparse(theirs.url).path),
        "content type": (headers["content-type"], their_kind),
        "target": (headers.get("x-amz-target"), target and text(target)),
        "token": (headers.get("x-amz-security-token"), TOKEN),
        "body": (members, their_members),
    }
    for name, (here, there) in compared.items():
        if here != there:
            yield f"{action}, {name}: {here!r} where the SDK says {there!r}"
    for objection in object_to_signature(request, service, region, signed, ours):
        yield f"{action}: {objection}"


# A call that needs no more than this.
SIMPLE = {
    "dynamodb": ("GetItem", {"TableName": "table", "Key": {"pk": {"S": "x"}}}),
    "iam": ("GetCredentialReport", {}),
    "sns": ("Publish", {"Message": "x"}),
    "sqs": ("SendMessage", {"QueueUrl": "https://example.com/1/q", "MessageBody": "x"}),
    "ssm": ("GetParameter", {"Name": "x"}),
}


def object_to_endpoint(ours: dict):
    theirs = ask(ours["service"], ours["region"], *SIMPLE[ours["service"]])
    signed_for = text(theirs.headers["Authorization"]).split("/")[2]
    there = (theirs.url.rstrip("/"), signed_for)
    here = (ours["address"], ours["signed_for"])
    if here != there:
        yield f"{here} where the SDK goes to {there}"


objections = []
for request in asked.get("requests", []):
    objections += object_to(request)
for endpoint in asked.get("endpoints", []):
    objections += [f"{endpoint['service']} in {endpoint['region']}: {it}" for it in object_to_endpoint(endpoint)]
print(json.dumps(objections))
