//! The recorder of AWS Config, without which no rule sees anything. Each Region has its own.

use aws::Operator;
use aws::survey::{Asked, Recorder};
use notifier::health::Health;

use crate::{Check, Finding};

pub(crate) async fn find(operator: &Operator) -> Finding {
    let region = operator.region();
    Finding::new(Check::Recorder, region, judge(&operator.recorders().await, region))
}

fn judge(recorders: &Asked<Vec<Recorder>>, region: &str) -> Health {
    let recorder = match recorders {
        Err(unasked) => return Health::unasked(unasked.to_string()),
        Ok(recorders) => match recorders.first() {
            Some(recorder) => recorder,
            None => {
                return Health::broken(
                    "기록기가 없어 규칙 위반을 알 수 없습니다.",
                    "There is no recorder: nobody hears of broken rules.",
                )
                .advice(
                    "`make guardrails`로 만드세요. 쓰지 않는다면 설정의 [heartbeat] ignore에 \"recorder\"를 넣으세요.",
                    "Make one: `make guardrails`. To do without, put \"recorder\" into ignore of [heartbeat].",
                );
            }
        },
    };
    let name = &recorder.name;
    match &recorder.records {
        Ok(true) => {
            Health::ok(format!("기록기 {name}이(가) 기록하고 있습니다."), format!("The recorder {name} records."))
        }
        Ok(false) => {
            let command = format!(
                "`aws configservice start-configuration-recorder --region {region} --configuration-recorder-name {name}`"
            );
            Health::broken(
                format!("기록기 {name}이(가) 멈춰 있어 규칙 위반을 알 수 없습니다."),
                format!("The recorder {name} is stopped: nobody hears of broken rules."),
            )
            .advice(format!("{command}을(를) 실행하세요."), format!("Run {command}."))
        }
        Err(unasked) => Health::unasked(unasked.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use aws::survey::Unasked;
    use notifier::health::State;

    use super::*;

    fn recorder(records: Asked<bool>) -> Recorder {
        Recorder { name: "default".to_owned(), records, everything: true }
    }

    #[test]
    fn a_recorder_records_or_it_is_broken_or_nobody_says() {
        let unknown = || Err(Unasked::Throttled("config:DescribeConfigurationRecorders"));
        for (recorders, state, asked, says) in [
            (Ok(vec![recorder(Ok(true))]), State::Ok, true, "records"),
            (Ok(vec![recorder(Ok(false))]), State::Broken, true, "start-configuration-recorder --region eu-north-1"),
            (Ok(Vec::new()), State::Broken, true, "ignore"),
            (Ok(vec![recorder(unknown())]), State::Warning, false, "throttles"),
            (Err(Unasked::Throttled("x")), State::Warning, false, "throttles"),
        ] {
            let health = judge(&recorders, "eu-north-1");
            assert_eq!((health.state, health.asked), (state, asked), "{health:?}");
            assert!(format!("{health:?}").contains(says), "{health:?}");
        }
    }
}
