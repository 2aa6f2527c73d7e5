//! Parts of ARNs, and links into the AWS console.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::fields::is_region;

/// The parts of `arn:partition:service:region:account:resource`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    /// `cloudwatch`
    pub(crate) service: &'a str,
    /// Empty for global services.
    pub(crate) region: &'a str,
    /// Empty for some resources, S3 buckets among them.
    pub(crate) account: &'a str,
    /// What follows the fifth colon; it may hold colons itself.
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Nothing, where the text has not the form of an ARN.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let prefix = parts.next()?;
        let _partition = parts.next()?;
        let arn =
            Self { service: parts.next()?, region: parts.next()?, account: parts.next()?, resource: parts.next()? };
        (prefix == "arn").then_some(arn)
    }
}

/// What an ARN names, without the kinds and paths before it (`instance/i-0a1b`, `role/team/deploy`): what fits into a short
/// text. Any other name as it is.
pub(crate) fn last_name(name: &str) -> &str {
    let resource = Arn::parse(name).map_or(name, |arn| arn.resource);
    let last = resource.rsplit('/').next().filter(|last| !last.is_empty() && resource.len() < name.len());
    last.unwrap_or(resource)
}

/// Everything but the characters that mean nothing in a URL (RFC 3986, 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value from an event as part of a link, at most its first 512 characters: no name in AWS is longer.
pub(crate) fn encoded(text: &str) -> String {
    let short: String = text.chars().take(512).collect();
    utf8_percent_encode(&short, ENCODED).to_string()
}

/// A page of the AWS console in a Region. `place` follows the `#`; its foreign parts must be [`encoded`].
/// Each partition has a domain of its own: <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
pub(crate) fn console(region: Option<&str>, service: &str, place: &str) -> String {
    match region.filter(|region| is_region(region)) {
        Some(region) => format!("https://{region}.{}/{service}/home?region={region}#{place}", domain(region)),
        None => format!("https://console.aws.amazon.com/{service}/home#{place}"),
    }
}

fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "console.amazonaws.cn"
    } else if region.starts_with("us-gov-") {
        "console.amazonaws-us-gov.com"
    } else {
        "console.aws.amazon.com"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_comes_apart_and_its_resource_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:cloudwatch:ap-northeast-2:111122223333:alarm:a:b").unwrap();
        assert_eq!((arn.service, arn.region, arn.account), ("cloudwatch", "ap-northeast-2", "111122223333"));
        assert_eq!(arn.resource, "alarm:a:b");
    }

    #[test]
    fn what_is_no_arn_has_no_parts() {
        for text in ["", "arn:aws:s3", "urn:aws:s3:::bucket", ":::::"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_name_of_an_arn_is_what_people_call_it() {
        for (arn, name) in [
            ("arn:aws:ec2:ap-northeast-2:111122223333:instance/i-0a1b", "i-0a1b"),
            ("arn:aws:iam::111122223333:role/team/deploy", "deploy"),
            ("arn:aws:lambda:ap-northeast-2:111122223333:function:checkout", "function:checkout"),
            ("arn:aws:s3:::bucket", "bucket"),
            ("arn:aws:s3:::bucket/", "bucket/"),
            ("vol-0a1b", "vol-0a1b"),
            ("a/b", "a/b"),
        ] {
            assert_eq!(last_name(arn), name);
        }
    }

    #[test]
    fn each_partition_has_its_console() {
        let host = |region| console(Some(region), "config", "/").split('/').nth(2).unwrap().to_owned();
        assert_eq!(host("ap-northeast-2"), "ap-northeast-2.console.aws.amazon.com");
        assert_eq!(host("cn-north-1"), "cn-north-1.console.amazonaws.cn");
        assert_eq!(host("us-gov-west-1"), "us-gov-west-1.console.amazonaws-us-gov.com");
    }

    #[test]
    fn a_foreign_region_does_not_choose_the_host() {
        assert_eq!(console(Some("evil.example/"), "config", "/"), "https://console.aws.amazon.com/config/home#/");
    }

    #[test]
    fn a_foreign_name_stays_one_part_of_the_link() {
        assert_eq!(encoded("a/b?c#d&e 한\"<\n"), "a%2Fb%3Fc%23d%26e%20%ED%95%9C%22%3C%0A");
    }
}
