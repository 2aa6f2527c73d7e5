//! Where AWS's services are.

use crate::config::Variables;

/// A part of AWS with accounts of its own: which Regions are in it, its domain, and where its IAM is, which has one address
/// for all of them. The last one has all other Regions.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
struct Partition {
    regions: &'static str,
    domain: &'static str,
    iam: &'static str,
    region_of_iam: &'static str,
}

#[rustfmt::skip]
const PARTITIONS: [Partition; 8] = [
    Partition { regions: "cn-", domain: "amazonaws.com.cn", iam: "iam.cn-north-1.amazonaws.com.cn", region_of_iam: "cn-north-1" },
    Partition { regions: "us-gov-", domain: "amazonaws.com", iam: "iam.us-gov.amazonaws.com", region_of_iam: "us-gov-west-1" },
    Partition { regions: "eusc-", domain: "amazonaws.eu", iam: "iam.eusc-de-east-1.amazonaws.eu", region_of_iam: "eusc-de-east-1" },
    Partition { regions: "us-iso-", domain: "c2s.ic.gov", iam: "iam.us-iso-east-1.c2s.ic.gov", region_of_iam: "us-iso-east-1" },
    Partition { regions: "us-isob-", domain: "sc2s.sgov.gov", iam: "iam.us-isob-east-1.sc2s.sgov.gov", region_of_iam: "us-isob-east-1" },
    Partition { regions: "eu-isoe-", domain: "cloud.adc-e.uk", iam: "iam.eu-isoe-west-1.cloud.adc-e.uk", region_of_iam: "eu-isoe-west-1" },
    Partition { regions: "us-isof-", domain: "csp.hci.ic.gov", iam: "iam.us-isof-south-1.csp.hci.ic.gov", region_of_iam: "us-isof-south-1" },
    ELSEWHERE,
];
const ELSEWHERE: Partition =
    Partition { regions: "", domain: "amazonaws.com", iam: "iam.amazonaws.com", region_of_iam: "us-east-1" };

/// Where a service is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The Region that requests are signed for. Nothing can be asked where it is empty.
    pub region: String,
    /// The start of its URLs, without a slash at the end.
    pub address: String,
}

impl Endpoint {
    /// A service in the Region of this environment. `name` is the service's in addresses: `sqs`; `AWS_ENDPOINT_URL_SQS` or
    /// `AWS_ENDPOINT_URL` may say another one.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
    pub fn in_environment(name: &str, variables: &Variables) -> Self {
        let region = region(variables);
        let address = elsewhere(name, variables).unwrap_or_else(|| address(name, &region));
        Self { region, address }
    }

    /// IAM, which has one address in a partition, or another one that the environment says.
    /// <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>
    pub fn of_iam(variables: &Variables) -> Self {
        let region = region(variables);
        if let Some(address) = elsewhere("iam", variables) {
            return Self { region, address };
        }
        let Partition { iam, region_of_iam, .. } = partition(&region);
        Self { region: region_of_iam.to_owned(), address: format!("https://{iam}") }
    }
}

/// The usual address of a service in a Region. <https://docs.aws.amazon.com/general/latest/gr/rande.html>
pub fn address(name: &str, region: &str) -> String {
    format!("https://{name}.{region}.{}", domain(region))
}

/// What the names of AWS's machines in a Region end with.
pub fn domain(region: &str) -> &'static str {
    partition(region).domain
}

fn partition(region: &str) -> Partition {
    PARTITIONS.into_iter().find(|partition| region.starts_with(partition.regions)).unwrap_or(ELSEWHERE)
}

fn region(variables: &Variables) -> String {
    variables.get("AWS_REGION").or_else(|| variables.get("AWS_DEFAULT_REGION")).unwrap_or_default().to_owned()
}

fn elsewhere(name: &str, variables: &Variables) -> Option<String> {
    let of_service = format!("AWS_ENDPOINT_URL_{}", name.to_ascii_uppercase());
    let url = variables.get(&of_service).or_else(|| variables.get("AWS_ENDPOINT_URL"))?;
    Some(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(values: &[(&str, &str)]) -> Variables {
        Variables::new(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_service_is_where_the_environment_says_or_in_its_region() {
        let at = |values: &[(&str, &str)]| Endpoint::in_environment("sqs", &variables(values)).address;
        let seoul = ("AWS_REGION", "ap-northeast-2");
        assert_eq!(at(&[seoul]), "https://sqs.ap-northeast-2.amazonaws.com");
        assert_eq!(at(&[("AWS_DEFAULT_REGION", "eu-west-1")]), "https://sqs.eu-west-1.amazonaws.com");
        assert_eq!(at(&[seoul, ("AWS_ENDPOINT_URL", "http://here:1/")]), "http://here:1");
        let both = [seoul, ("AWS_ENDPOINT_URL", "http://here:1"), ("AWS_ENDPOINT_URL_SQS", "http://there:2")];
        assert_eq!(at(&both), "http://there:2");
        assert_eq!(at(&[seoul, ("AWS_ENDPOINT_URL_SNS", "http://here:1")]), "https://sqs.ap-northeast-2.amazonaws.com");
    }

    #[test]
    fn iam_is_signed_for_the_region_that_it_is_in_and_elsewhere_for_that_of_the_environment() {
        let china = [("AWS_REGION", "cn-northwest-1")];
        let iam = Endpoint::of_iam(&variables(&china));
        assert_eq!(iam.region, "cn-north-1");
        assert_eq!(iam.address, "https://iam.cn-north-1.amazonaws.com.cn");
        let elsewhere = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", "http://here:1")];
        assert_eq!(Endpoint::of_iam(&variables(&elsewhere)).region, "eu-west-1");
    }
}
