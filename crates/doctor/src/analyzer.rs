//! The analyzer that finds what people from outside can use. Each Region has its own.

use aws::Operator;
use aws::survey::{Analyzer, Asked, Looks};
use notifier::health::Health;

use crate::{Check, Finding};

pub(crate) async fn find(operator: &Operator) -> Finding {
    Finding::new(Check::Analyzer, operator.region(), judge(&operator.analyzers().await))
}

fn judge(analyzers: &Asked<Vec<Analyzer>>) -> Health {
    let analyzers = match analyzers {
        Ok(analyzers) => analyzers,
        Err(unasked) => return Health::unasked(unasked.to_string()),
    };
    let external = || analyzers.iter().filter(|analyzer| analyzer.looks == Looks::External);
    if let Some(Analyzer { name, .. }) = external().find(|analyzer| analyzer.active) {
        return Health::ok(
            format!("분석기 {name}이(가) 외부에 공개된 리소스를 찾습니다."),
            format!("The analyzer {name} looks for what is open to others."),
        );
    }
    match external().next() {
        Some(Analyzer { name, .. }) => Health::broken(
            format!("분석기 {name}이(가) 작동하지 않습니다."),
            format!("The analyzer {name} is not active."),
        )
        .advice(
            "IAM 콘솔의 Access Analyzer에서 원인을 확인하세요.",
            "See why in the console of IAM, under Access Analyzer.",
        ),
        None => Health::broken(
            "분석기가 없어 외부에 공개된 리소스를 알 수 없습니다.",
            "There is no analyzer: nobody hears of what is open to others.",
        )
        .advice(
            "`make guardrails`로 만드세요. 쓰지 않는다면 설정의 [heartbeat] ignore에 \"analyzer\"를 넣으세요.",
            "Make one: `make guardrails`. To do without, put \"analyzer\" into ignore of [heartbeat].",
        ),
    }
}

#[cfg(test)]
mod tests {
    use aws::survey::Unasked;
    use notifier::health::State;

    use super::*;

    fn analyzer(looks: Looks, active: bool) -> Analyzer {
        Analyzer { name: "a".to_owned(), arn: "arn".to_owned(), looks, of_organization: false, active }
    }

    #[test]
    fn only_an_active_analyzer_of_outside_access_is_well() {
        for (analyzers, state) in [
            (vec![analyzer(Looks::External, true)], State::Ok),
            (vec![analyzer(Looks::External, false), analyzer(Looks::External, true)], State::Ok),
            (vec![analyzer(Looks::External, false)], State::Broken),
            (vec![analyzer(Looks::Unused, true)], State::Broken),
            (Vec::new(), State::Broken),
        ] {
            assert_eq!(judge(&Ok(analyzers.clone())).state, state, "{analyzers:?}");
        }
        assert!(!judge(&Err(Unasked::Throttled("x"))).asked);
    }
}
