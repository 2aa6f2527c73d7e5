//! Analyzers of the account, beside those of its organisation.

use super::*;

#[test]
fn an_analyzer_of_the_organization_is_no_hindrance_and_one_that_is_not_active_is() {
    let survey = with_analyzers(&[analyzer(Looks::External, true), analyzer(Looks::Else, false)]);
    let (state, says, ..) = part(&survey, &[], "Analyzer");
    assert_eq!(state, State::WillBeCreated);
    assert!(says.contains("the analyzer one of the organization"), "{says}");
    let survey = with_analyzers(&[Analyzer { active: false, ..analyzer(Looks::External, false) }]);
    let (state, says, ..) = part(&survey, &[], "Analyzer");
    assert_eq!(state, State::Found);
    assert!(says.contains("is not active"), "{says}");
}
