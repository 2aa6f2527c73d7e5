//! Trails, each asked where it is at home.

use super::*;

#[tokio::test]
async fn a_trail_is_asked_for_its_state_in_the_region_that_it_is_of() {
    let aws = full().await;
    aws.json("GetTrailStatus", json!({ "IsLogging": false }));
    let trails = aws.operator().trails().await.unwrap();
    assert_eq!(trails.len(), 1);
    let trail = &trails[0];
    assert_eq!(
        (trail.name.as_str(), trail.arn.as_str(), trail.home_region.as_str()),
        ("main", TRAIL, "ap-northeast-2")
    );
    assert!(trail.all_regions && trail.validates && !trail.of_organization);
    assert_eq!((&trail.logs, &trail.management_events), (&Ok(false), &Ok(ManagementEvents::All)));
    let asked = aws.asked();
    assert_eq!((asked[0].action.as_str(), asked[0].region.as_str()), ("DescribeTrails", "us-east-1"));
    assert_eq!(asked.len(), 3);
    for question in &asked[1..] {
        assert!(question.region == "ap-northeast-2" && question.text.contains(TRAIL), "{question:?}");
    }
}

#[tokio::test]
async fn without_trails_nothing_more_is_asked() {
    let aws = Aws::open().await;
    aws.json("DescribeTrails", json!({ "trailList": [] }));
    assert_eq!(aws.operator().trails().await, Ok(Vec::new()));
    assert_eq!(aws.actions(), ["DescribeTrails"]);
}

#[tokio::test]
async fn which_management_events_a_trail_logs_is_read_from_either_kind_of_selectors() {
    use ManagementEvents::{All, None, Some, Writes};
    let basic = |kind: &str, management: bool| json!({ "EventSelectors": [{ "ReadWriteType": kind, "IncludeManagementEvents": management }] });
    let advanced = |fields: Value| json!({ "AdvancedEventSelectors": [{ "FieldSelectors": fields }] });
    let management = json!({ "Field": "eventCategory", "Equals": ["Management"] });
    let data = json!({ "Field": "eventCategory", "Equals": ["Data"] });
    let read_only = |value: &str| json!({ "Field": "readOnly", "Equals": [value] });
    let not_of = |source: &str| json!({ "Field": "eventSource", "NotEquals": [source] });
    let cases = [
        (basic("All", true), All),
        (basic("WriteOnly", true), Writes),
        (basic("ReadOnly", true), Some),
        (basic("All", false), None),
        (json!({ "EventSelectors": [{ "ReadWriteType": "ReadOnly" }, { "ReadWriteType": "WriteOnly" }] }), Writes),
        (advanced(json!([management])), All),
        (advanced(json!([management, read_only("false")])), Writes),
        (advanced(json!([read_only("true"), management])), Some),
        (advanced(json!([management, not_of("kms.amazonaws.com"), not_of("rdsdata.amazonaws.com")])), All),
        (advanced(json!([management, not_of("kms.amazonaws.com"), read_only("false")])), Writes),
        (advanced(json!([management, not_of("iam.amazonaws.com")])), Some),
        (advanced(json!([management, { "Field": "eventSource", "Equals": ["s3.amazonaws.com"] }])), Some),
        (advanced(json!([management, { "Field": "eventName", "NotEquals": ["ConsoleLogin"] }])), Some),
        (advanced(json!([data, read_only("false")])), None),
        (json!({}), None),
    ];
    for (selectors, expected) in cases {
        let aws = full().await;
        aws.json("GetEventSelectors", selectors.clone());
        let trails = aws.operator().trails().await.unwrap();
        assert_eq!(trails[0].management_events, Ok(expected), "{selectors}");
    }
}
