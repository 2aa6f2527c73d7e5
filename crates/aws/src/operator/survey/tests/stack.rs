//! What our own stack has made.

use super::*;

#[tokio::test]
async fn a_stack_that_is_not_there_or_was_never_executed_has_made_nothing() {
    for says in [Say::Error(400, "ValidationError", "Stack with id g does not exist"), stacks("REVIEW_IN_PROGRESS")] {
        let aws = Aws::open().await;
        aws.says("DescribeStacks", [says]);
        assert_eq!(aws.operator().stack("g").await, Ok(None));
        assert_eq!(aws.actions(), ["DescribeStacks"]);
    }
    let aws = Aws::open().await;
    aws.says("DescribeStacks", [Say::Error(400, "ValidationError", "1 validation error detected")]);
    assert!(matches!(aws.operator().stack("g").await, Err(Unasked::Failed { .. })));
}

#[tokio::test]
async fn a_stack_has_made_what_all_pages_say_but_not_what_failed_or_is_gone() {
    let aws = Aws::open().await;
    let pages = [
        resources(&[("T", "one", "CREATE_COMPLETE"), ("T", "others", "CREATE_FAILED")], Some("more")),
        resources(&[("T", "two", "UPDATE_COMPLETE"), ("T", "gone", "DELETE_COMPLETE")], Some("yet+more")),
        resources(&[("T", "let-go", "DELETE_SKIPPED"), ("U", "three", "DELETE_FAILED")], None),
    ];
    aws.says("DescribeStacks", [stacks("UPDATE_ROLLBACK_COMPLETE")]).says("ListStackResources", pages);
    let stack = aws.operator().stack("g").await.unwrap().unwrap();
    let made: Vec<_> = stack.resources.iter().map(|(kind, id)| format!("{kind} {id}")).collect();
    assert_eq!(made, ["T one", "T two", "U three"]);
    assert!(stack.made("T", "two") && !stack.made("U", "two") && stack.made_any("U") && !stack.made_any("V"));
    assert_eq!(stack.parameters["Recorder"], "none");
    let asked = aws.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked[2].text.contains("NextToken=more") && asked[3].text.contains("NextToken=yet%2Bmore"), "{asked:?}");
}
