//! The queues of what was not delivered. What waits there, somebody has not been told.

use aws::Operator;
use aws::survey::{Asked, Waiting};
use notifier::health::Health;

use crate::{Check, Deployed, Finding};

/// The stack's outputs that name them: what is tried again, and what was given up.
const TRIED_AGAIN: &str = "UndeliveredEvents";
const GIVEN_UP: &str = "DeadLetters";

/// Without a stack there are none: that is told of the stack.
pub(crate) async fn find(operator: &Operator, deployed: &Deployed) -> Vec<Finding> {
    if deployed.stack().is_none() {
        return Vec::new();
    }
    let region = operator.region();
    let ask = async |output: &'static str| {
        let health = match deployed.output(output) {
            Some(url) => judge(output, &operator.waiting(url).await, region),
            None => Health::unasked(format!("the stack has no output {output}")),
        };
        Finding::new(
            Check::Queue,
            format!("{region} {}", if output == GIVEN_UP { "dead-letters" } else { "undelivered-events" }),
            health,
        )
    };
    let (tried_again, given_up) = futures::join!(ask(TRIED_AGAIN), ask(GIVEN_UP));
    vec![tried_again, given_up]
}

fn judge(output: &str, waiting: &Asked<Option<Waiting>>, region: &str) -> Health {
    let count = match waiting {
        Ok(Some(Waiting { visible, in_flight })) => visible + in_flight,
        Ok(None) => {
            return Health::broken("대기열이 없습니다.", "The queue is gone.")
                .advice("스택을 지우고 다시 배포하세요.", "Delete the stack and deploy it again.");
        }
        Err(unasked) => return Health::unasked(unasked.to_string()),
    };
    if count == 0 {
        return Health::ok("비어 있습니다.", "It is empty.");
    }
    if output == GIVEN_UP {
        return Health::broken(
            format!("전하지 못하고 포기한 알림이 {count}건 있습니다."),
            format!("{count} alerts were given up."),
        )
        .advice(
            format!("`bongsu history --region {region} --undelivered`로 원인을 보고, 고친 뒤 `bongsu redrive --region {region}`을 실행하세요."),
            format!("`bongsu history --region {region} --undelivered` says why; mend it, then `bongsu redrive --region {region}`."),
        );
    }
    Health::warning(
        format!("아직 전하지 못한 알림이 {count}건 있습니다."),
        format!("{count} alerts are not delivered yet."),
    )
    .advice(
        format!("다시 시도하고 있습니다. `bongsu history --region {region} --undelivered`로 원인을 보세요."),
        format!("They are tried again. `bongsu history --region {region} --undelivered` says why."),
    )
}

#[cfg(test)]
mod tests {
    use aws::survey::Unasked;
    use notifier::health::State;

    use super::*;

    #[test]
    fn what_was_given_up_is_broken_what_is_tried_again_a_warning_and_nothing_is_well() {
        let has = |visible, in_flight| Ok(Some(Waiting { visible, in_flight }));
        for (queue, waiting, state, asked) in [
            (GIVEN_UP, has(0, 0), State::Ok, true),
            (GIVEN_UP, has(3, 0), State::Broken, true),
            (TRIED_AGAIN, has(0, 0), State::Ok, true),
            (TRIED_AGAIN, has(0, 2), State::Warning, true),
            (TRIED_AGAIN, Ok(None), State::Broken, true),
            (TRIED_AGAIN, Err(Unasked::Throttled("x")), State::Warning, false),
        ] {
            let health = judge(queue, &waiting, "us-east-1");
            assert_eq!((health.state, health.asked), (state, asked), "{queue} {waiting:?}");
        }
    }
}
