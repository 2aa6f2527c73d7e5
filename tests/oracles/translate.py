"""Prints what CloudFormation gets of a SAM template, by AWS's own translator: translate.py TEMPLATE"""

import json
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        template = yaml_parse(file)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # The translator takes only what has been uploaded.
            resource["Properties"]["CodeUri"] = "s3://bucket/" + resource["Properties"]["CodeUri"]
    session = boto3.session.Session(region_name="us-east-1")
    print(json.dumps(Translator({}, Parser(), boto_session=session).translate(template, {})))


if __name__ == "__main__":
    main()
