//! A finding as GuardDuty sends it itself.
//!
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html>: the same names, with a small first letter.

use alert::{Alert, Fact, Link, Status, Text, Throttle};
use serde_json::Value;

use super::threat::{self, Band};
use super::{SOURCE, advice};
use crate::Outcome;
use crate::arn::{console, encoded};
use crate::fields::{Fields, quoted};
use crate::origin::{self, Origin, Saying};

/// What a finding can be about: its `resourceType`, what we call it, and where its name stands.
type Place = (&'static str, Text, &'static [&'static str]);

const USER: &str = "AccessKey";
const INSTANCE: &str = "Instance";

/// <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Resource.html>
const PLACES: [Place; 10] = [
    (INSTANCE, Text::new("서버", "Instance"), &["instanceDetails/instanceId"]),
    ("S3Bucket", Text::new("버킷", "Bucket"), &["s3BucketDetails/0/name"]),
    ("S3Object", Text::new("파일", "Object"), &["s3BucketDetails/0/s3ObjectDetails/0/key"]),
    ("EKSCluster", Text::new("EKS 클러스터", "EKS cluster"), &["eksClusterDetails/name"]),
    ("ECSCluster", Text::new("ECS 클러스터", "ECS cluster"), &["ecsClusterDetails/name"]),
    (
        "Container",
        Text::new("컨테이너", "Container"),
        &["containerDetails/name", "kubernetesDetails/kubernetesWorkloadDetails/name", "containerDetails/id"],
    ),
    (
        "RDSDBInstance",
        Text::same("DB"),
        &["rdsDbInstanceDetails/dbInstanceIdentifier", "rdsLimitlessDbDetails/dbShardGroupIdentifier"],
    ),
    ("Lambda", Text::new("Lambda 함수", "Lambda function"), &["lambdaDetails/functionName"]),
    ("EBSVolume", Text::new("디스크", "Volume"), &["ebsVolumeDetails/scannedVolumeDetails/0/volumeArn"]),
    (
        USER,
        Text::new("사용자", "User"),
        &[
            "accessKeyDetails/userName",
            "rdsDbUserDetails/user",
            "kubernetesDetails/kubernetesUserDetails/username",
            "accessKeyDetails/principalId",
        ],
    ),
];

pub(super) fn alerts(event: &Value) -> Outcome {
    let ("GuardDuty Finding", Some(kind)) = (origin::detail_type(event), event.word("/detail/type")) else {
        return Outcome::NotMine;
    };
    // Somebody archived it and it goes on; a rule that archives sends nothing at all:
    // <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html>
    if event.text("/detail/service/archived").as_deref() == Some("true") {
        return Outcome::ignored(format!("the finding is archived in GuardDuty: {}", quoted(kind)));
    }
    Outcome::alert(alert(event, kind))
}

/// Whether it is one of those that `CreateSampleFindings` makes up. Its title begins with `[SAMPLE]`, but names of others
/// stand in titles; this flag is GuardDuty's own, in its place or in the JSON that newer findings carry as text.
/// <https://docs.aws.amazon.com/guardduty/latest/ug/sample_findings.html>
fn is_sample(event: &Value) -> bool {
    let flag = |info: &Value, pointer: &str| info.text(pointer).as_deref() == Some("true");
    let written = event.word("/detail/service/additionalInfo/value").and_then(crate::repair::parse);
    flag(event, "/detail/service/additionalInfo/sample") || written.is_some_and(|info| flag(&info, "/sample"))
}

fn alert(event: &Value, kind: &str) -> Alert {
    let origin = Origin::new(SOURCE.slug, event)
        .account(&["/detail/accountId", "/account"])
        .region(&["/detail/region", "/region"])
        .time(&["/detail/service/eventLastSeen", "/detail/updatedAt", "/time"]);
    let band = Band::of_number(event.text("/detail/severity").as_deref());
    let id = event.first(&["/detail/id", "/detail/arn"], |_| true);
    let key = id.clone().zip(event.moment("/detail/updatedAt")).map(|(id, updated)| [id, updated]);
    let key = key.as_ref().map(|[id, updated]| [id.as_str(), updated]);
    let found = found(event);
    let subject = subject(event, &found).map(|(_, _, name)| name.clone());
    let fingerprint = [id.as_deref().unwrap_or(kind), band.as_str()];
    Alert {
        throttle: Throttle::Daily,
        facts: facts(event, kind, &found),
        links: links(event, origin.region.as_deref(), &found),
        subject,
        ..origin.alert(saying(event, kind, band), key.as_ref().map(<[_; 2]>::as_slice), &fingerprint)
    }
}

fn saying(event: &Value, kind: &str, band: Band) -> Saying {
    if is_sample(event) {
        return threat::SAMPLE;
    }
    let root = is_root(event);
    let acts = event.word("/detail/service/resourceRole") == Some("ACTOR");
    let advice = advice::first_step(kind, resource_type(event), root, acts);
    let (title, severity) = (threat::title(kind, root, acts), threat::severity(kind, root, band));
    Saying { severity, status: Status::Notice, title, advice }
}

fn is_root(event: &Value) -> bool {
    event.word("/detail/resource/accessKeyDetails/userType") == Some("Root")
}

fn resource_type(event: &Value) -> &str {
    event.word("/detail/resource/resourceType").unwrap_or_default()
}

type Found = (&'static str, Text, String);

/// Every thing that the finding names.
fn found(event: &Value) -> Vec<Found> {
    let named = |(kind, label, places): &Place| {
        let name = places.iter().find_map(|place| event.text(&format!("/detail/resource/{place}")))?;
        Some((*kind, *label, name))
    };
    // A sequence of attacks lists what it touched.
    let sequence = event.text("/detail/service/detection/sequence/resources/0/name");
    let sequence = sequence.or_else(|| event.text("/detail/service/detection/sequence/resources/0/uid"));
    let sequence = sequence.map(|name| ("Sequence", Text::new("대상", "Target"), name));
    PLACES.iter().filter_map(named).chain(sequence).collect()
}

/// The thing that it is about, else the first that it names.
fn subject<'a>(event: &Value, found: &'a [Found]) -> Option<&'a Found> {
    let kind = resource_type(event);
    found.iter().find(|(of, ..)| *of == kind).or_else(|| found.first())
}

fn facts(event: &Value, kind: &str, found: &[Found]) -> Vec<Fact> {
    const KIND: Text = Text::new("GuardDuty 유형", "GuardDuty type");
    let foreign = |label, pointer: &str| event.text(pointer).map(|value| Fact::foreign(label, value));
    let time = |label, pointer| event.time(pointer).map(|time| Fact::time(label, time));
    let subject = subject(event, found);
    // Who did it, where the finding is about what it was done to.
    let user = found.iter().find(|it| it.0 == USER && subject != Some(*it));
    let mut things = found.iter().filter(|it| subject != Some(*it) && it.0 != USER);
    let named = |found: &Found| Fact::foreign(found.1, &found.2);
    let (remote, country) = remote(event);
    let known = [remote, user.map(named), things.next().map(named), country].into_iter().flatten();
    let brief = |(at, fact): (usize, Fact)| if at < 3 { fact.brief() } else { fact };
    let mut facts: Vec<_> = known.enumerate().map(brief).collect();
    let kind = Fact::foreign(KIND, kind);
    facts.push(if facts.is_empty() { kind.brief() } else { kind });
    facts.extend(things.map(named));
    let rest = [
        name_tag(event).map(|name| Fact::foreign(Text::new("서버 이름", "Instance name"), name)),
        foreign(Text::new("액세스 키", "Access key"), "/detail/resource/accessKeyDetails/accessKeyId"),
        api(event).map(|api| Fact::foreign(Text::new("호출한 API", "API call"), api)),
        foreign(Text::new("프로그램", "Process"), "/detail/service/runtimeDetails/process/executablePath"),
        foreign(Text::new("AWS 설명", "AWS says"), "/detail/title"),
        foreign(Text::new("지금까지 횟수", "Times so far"), "/detail/service/count"),
        time(Text::new("처음 본 때", "First seen"), "/detail/service/eventFirstSeen"),
        event.time("/detail/updatedAt").map(|time| Fact::time(Text::new("갱신된 때", "Updated"), time)),
    ];
    facts.extend(rest.into_iter().flatten());
    facts
}

/// The other side: an address and its country, or a name that was asked for.
fn remote(event: &Value) -> (Option<Fact>, Option<Fact>) {
    const ACTIONS: [&str; 5] = [
        "networkConnectionAction",
        "awsApiCallAction",
        "portProbeAction/portProbeDetails/0",
        "kubernetesApiCallAction",
        "rdsLoginAttemptAction",
    ];
    let action = |rest: &str| format!("/detail/service/action/{rest}");
    let details = ACTIONS.iter().find_map(|name| event.pointer(&action(&format!("{name}/remoteIpDetails"))));
    // A sequence of attacks lists the addresses that it came from.
    let endpoint = event.pointer("/detail/service/detection/sequence/endpoints/0");
    let address = details.and_then(|it| it.first(&["/ipAddressV4", "/ipAddressV6"], |_| true));
    let address = address.or_else(|| endpoint?.text("/ip"));
    let country = details.and_then(|it| it.text("/country/countryName"));
    let country = country.or_else(|| endpoint?.text("/location/country"));
    let domain = event.text(&action("dnsRequestAction/domain"));
    let domain = domain.map(|domain| Fact::foreign(Text::new("조회한 도메인", "Domain asked for"), domain));
    let address = address.map(|address| Fact::foreign(Text::new("상대 주소", "Remote address"), address));
    (address.or(domain), country.map(|country| Fact::foreign(Text::new("상대 나라", "Country"), country)))
}

fn api(event: &Value) -> Option<String> {
    let call = event.pointer("/detail/service/action/awsApiCallAction")?;
    let (api, service) = (call.text("/api")?, call.text("/serviceName"));
    Some(service.map_or_else(|| api.clone(), |service| format!("{api} ({service})")))
}

fn name_tag(event: &Value) -> Option<String> {
    let tags = event.pointer("/detail/resource/instanceDetails/tags")?.as_array()?;
    tags.iter().find(|tag| tag.word("/key") == Some("Name"))?.text("/value")
}

fn links(event: &Value, region: Option<&str>, found: &[Found]) -> Vec<Link> {
    let place = event
        .text("/detail/id")
        .map_or_else(|| "/findings".to_owned(), |id| format!("/findings?macros=current&fId={}", encoded(&id)));
    let finding = Link::new(Text::new("GuardDuty 결과", "GuardDuty finding"), console(region, "guardduty", &place));
    [finding].into_iter().chain(subject(event, found).and_then(|it| thing(event, region, it))).collect()
}

/// The page where the first thing is done.
fn thing(event: &Value, region: Option<&str>, (kind, _, name): &Found) -> Option<Link> {
    let user = event.word("/detail/resource/accessKeyDetails/userType");
    let (label, service, place) = match *kind {
        INSTANCE => {
            (Text::new("EC2 서버", "EC2 instance"), "ec2", format!("InstanceDetails:instanceId={}", encoded(name)))
        }
        USER if user == Some("Root") => {
            (Text::new("루트 보안 자격 증명", "Root security credentials"), "iam", "/security_credentials".to_owned())
        }
        USER if user == Some("IAMUser") => {
            (Text::new("IAM 사용자", "IAM user"), "iam", format!("/users/details/{}", encoded(name)))
        }
        USER if matches!(user, Some("AssumedRole" | "Role")) => {
            (Text::new("IAM 역할", "IAM role"), "iam", format!("/roles/details/{}", encoded(name)))
        }
        _ => return None,
    };
    Some(Link::new(label, console(region, service, &place)))
}
