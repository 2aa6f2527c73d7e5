//! Doors to the internet.

use alert::{Policy, Severity, Text};
use serde_json::Value;

use super::super::call::{Call, items, words};
use super::super::conditions::{and, not, or};
use super::{Events, RULE, Rule};
use crate::fields::Fields;

/// Ports on which something listens that is not meant for the internet: remote shells and desktops, databases, caches,
/// search, the APIs of Docker and Kubernetes.
const SENSITIVE: [i64; 25] = [
    20, 21, 22, 23, 135, 139, 445, 1433, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5601, 5900, 5985, 5986, 6379, 6443,
    9200, 9300, 11211, 27017,
];

pub(super) const RULES: &[Rule] = &[Rule {
    name: "security-group-opened",
    severity: Severity::High,
    events: Events::Named(&[("ec2", &["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"])]),
    when: opens_a_sensitive_port,
    title: Text::new("중요한 포트가 인터넷에 열렸습니다", "Sensitive port opened to the internet"),
    attempt: Text::new("포트를 인터넷에 여는 시도 (실패)", "Opening a port to the internet failed"),
    advice: Text::new(
        "지금 보안 그룹에서 0.0.0.0/0과 ::/0을 지우고 필요한 주소만 허용하세요.",
        "Remove 0.0.0.0/0 and ::/0 from the security group now, and allow only the addresses that need it.",
    ),
    subject: &["/requestParameters/groupId", "/requestParameters/ModifySecurityGroupRulesRequest/GroupId"],
    more: &[
        (Text::new("포트", "Port"), "/requestParameters/ipPermissions/items/0/fromPort"),
        (Text::new("포트", "Port"), "/requestParameters/fromPort"),
        (
            Text::new("포트", "Port"),
            "/requestParameters/ModifySecurityGroupRulesRequest/SecurityGroupRule/SecurityGroupRule/FromPort",
        ),
        (Text::new("열린 대상", "Open to"), "/requestParameters/ipPermissions/items/0/ipRanges/items/0/cidrIp"),
        (Text::new("열린 대상", "Open to"), "/requestParameters/ipPermissions/items/0/ipv6Ranges/items/0/cidrIpv6"),
    ],
    ..RULE
}];

/// Any of the permissions, as they are asked for or as they were made; EC2 writes them in four ways.
fn opens_a_sensitive_port(call: &Call<'_>, _: &Policy) -> Option<bool> {
    let at = |pointer: &str| call.detail.pointer(pointer).map(items).unwrap_or_default();
    let asked = at("/requestParameters/ipPermissions").iter();
    let made = at("/responseElements/securityGroupRuleSet").iter();
    let changed = at("/requestParameters/ModifySecurityGroupRulesRequest/SecurityGroupRule").iter();
    let changed = changed.filter_map(|change| change.get("SecurityGroupRule"));
    let alone = call.detail.pointer("/requestParameters").filter(|request| request.get("cidrIp").is_some());
    or(asked.chain(made).chain(changed).chain(alone).map(opens))
}

fn opens(permission: &Value) -> Option<bool> {
    let egress = first(permission, &["isEgress"]).is_some_and(|egress| egress == "true");
    and([Some(!egress), to_the_world(permission), sensitive(permission)])
}

/// The first of these fields that holds a value.
fn first(permission: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| permission.get(*name)?.text(""))
}

fn to_the_world(permission: &Value) -> Option<bool> {
    let ranges = ["ipRanges", "ipv6Ranges"].into_iter().filter_map(|name| permission.get(name)).flat_map(items);
    let in_ranges = ranges.flat_map(|range| [range.get("cidrIp"), range.get("cidrIpv6")]).flatten();
    let alone = ["cidrIp", "cidrIpv4", "cidrIpv6", "CidrIp", "CidrIpv4", "CidrIpv6"];
    let alone = alone.into_iter().filter_map(|name| permission.get(name));
    let found: Vec<_> = in_ranges.chain(alone).flat_map(words).collect();
    let world = (!found.is_empty()).then(|| found.iter().any(|range| ["0.0.0.0/0", "::/0"].contains(range)));
    // A door for another group, or for a list of prefixes, is none to the world.
    let another =
        ["groups", "prefixListIds"].iter().any(|name| permission.get(*name).is_some_and(|it| !items(it).is_empty()));
    let named = ["referencedGroupInfo", "prefixListId", "ReferencedGroupId", "PrefixListId"];
    let another = another || named.iter().any(|name| permission.get(*name).is_some());
    world.or(another.then_some(false))
}

fn sensitive(permission: &Value) -> Option<bool> {
    let protocol = first(permission, &["ipProtocol", "IpProtocol"]);
    if protocol.as_deref() == Some("-1") {
        return Some(true);
    }
    if protocol.is_some_and(|protocol| protocol.starts_with("icmp")) {
        return not(Some(true));
    }
    let port = |names: &[&str]| first(permission, names)?.parse::<i64>().ok();
    let (from, to) = (port(&["fromPort", "FromPort"])?, port(&["toPort", "ToPort"])?);
    Some(SENSITIVE.iter().any(|port| (from..=to).contains(port)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_world_and_only_a_sensitive_port_are_told() {
        let of = |range: &str, from: i64, to: i64| {
            opens(&json!({"ipProtocol": "tcp", "fromPort": from, "toPort": to,
                "groups": {}, "ipRanges": {"items": [{"cidrIp": range}]}, "ipv6Ranges": {}, "prefixListIds": {}}))
        };
        assert_eq!(of("0.0.0.0/0", 22, 22), Some(true));
        assert_eq!(of("0.0.0.0/0", 0, 65_535), Some(true));
        assert_eq!(of("0.0.0.0/0", 443, 443), Some(false));
        assert_eq!(of("203.0.113.0/24", 22, 22), Some(false));
    }

    #[test]
    fn every_way_that_ec2_writes_a_permission_is_read() {
        for permission in [
            json!({"ipProtocol": "-1", "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]}}),
            json!({"IpProtocol": "tcp", "FromPort": "22", "ToPort": "22", "CidrIpv4": "0.0.0.0/0"}),
            json!({"isEgress": false, "ipProtocol": "tcp", "fromPort": 3306, "toPort": 3306, "cidrIpv4": "0.0.0.0/0"}),
        ] {
            assert_eq!(opens(&permission), Some(true), "{permission}");
        }
        for permission in [
            json!({"ipProtocol": "icmp", "fromPort": 8, "toPort": -1, "cidrIpv4": "0.0.0.0/0"}),
            json!({"ipProtocol": "-1", "groups": {"items": [{"groupId": "sg-1"}]}, "ipRanges": {}}),
            json!({"isEgress": true, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}),
        ] {
            assert_eq!(opens(&permission), Some(false), "{permission}");
        }
        assert_eq!(opens(&json!({"ipProtocol": "tcp", "fromPort": 22, "toPort": 22})), None);
    }
}
