//! What is said of a budget, and how bad it is.

use alert::{Fact, Severity, Status, Text};

use super::notice::{Notice, Period};
use crate::money;
use crate::origin::Saying;

/// How a budget stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// More is spent than the budget allows.
    Over,
    /// A threshold below that was passed.
    Near,
    /// More will be spent than the budget allows.
    WillBeOver,
    /// A threshold will be passed.
    WillBeNear,
    /// What was paid for ahead is used too little.
    Idle,
    /// What is spent or used fell below a threshold.
    Below,
    /// It is told of something, and the text does not say how much.
    Unknown,
}

fn standing(notice: &Notice<'_>) -> Standing {
    let (amount, limit) = (notice.amount(), notice.limit());
    let more = amount.as_ref().zip(limit).and_then(|(amount, limit)| amount.over(&limit));
    let is_over = more.map(|more| more.hundredths > 0);
    if notice.is_floor() {
        return if notice.is_of_reservations() { Standing::Idle } else { Standing::Below };
    }
    match (amount.is_some(), notice.forecast, is_over) {
        (false, ..) => Standing::Unknown,
        (_, Some(true), Some(true)) => Standing::WillBeOver,
        (_, Some(true), _) => Standing::WillBeNear,
        (_, _, Some(true)) => Standing::Over,
        (..) => Standing::Near,
    }
}

/// What was spent weighs more than what is feared, and what is over more than what is near. Out of all proportion
/// (twice the budget, and 100 dollars more) somebody gets up: a daily budget is how a coin miner is noticed.
fn severity(notice: &Notice<'_>, standing: Standing) -> Severity {
    let more = notice.amount().zip(notice.limit()).and_then(|(amount, limit)| {
        let more = amount.over(&limit)?.hundredths;
        Some((more, more >= limit.hundredths, amount.is_dollars()))
    });
    let judged = match (standing, more) {
        (Standing::Over, Some((more, is_jump, true))) => money::severity(more, is_jump).max(Severity::High),
        // Where the two sums cannot be compared, near may be over.
        (Standing::Over | Standing::Unknown, _) | (Standing::Near, None) => Severity::High,
        (Standing::Near | Standing::WillBeOver | Standing::Below, _) => Severity::Medium,
        (Standing::WillBeNear | Standing::Idle, _) => Severity::Low,
    };
    // A name that imitates the lines of a notice is no accident.
    if notice.contested { judged.max(Severity::High) } else { judged }
}

pub(super) fn saying(notice: &Notice<'_>) -> Saying {
    let standing = standing(notice);
    // Nobody reports the end: it begins anew with the next day or month.
    let (status, severity) = (Status::Notice, severity(notice, standing));
    Saying { severity, status, title: title(standing, is_usage(notice)), advice: advice(standing) }
}

/// Whether hours or gigabytes are counted, and no money.
fn is_usage(notice: &Notice<'_>) -> bool {
    notice.kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("usage"))
}

const fn title(standing: Standing, is_usage: bool) -> Text {
    match (standing, is_usage) {
        (Standing::Over, false) => Text::new("비용이 예산을 넘었습니다", "Spending is over the budget"),
        (Standing::Over, true) => Text::new("사용량이 예산을 넘었습니다", "Usage is over the budget"),
        (Standing::Near, false) => Text::new("비용이 알림 기준을 넘었습니다", "Spending passed an alert threshold"),
        (Standing::Near, true) => Text::new("사용량이 알림 기준을 넘었습니다", "Usage passed an alert threshold"),
        (Standing::WillBeOver, _) => Text::new("이대로면 예산을 넘습니다", "Budget is forecast to be exceeded"),
        (Standing::WillBeNear, _) => {
            Text::new("이대로면 예산 알림 기준을 넘습니다", "Forecast passed an alert threshold")
        }
        (Standing::Idle, _) => Text::new("미리 산 약정을 덜 쓰고 있습니다", "Paid reservations are underused"),
        (Standing::Below, _) => Text::new("알림 기준보다 적게 쓰고 있습니다", "Spending is below a threshold"),
        (Standing::Unknown, _) => Text::new("예산 알림을 받았습니다", "Received an alert of a budget"),
    }
}

const fn advice(standing: Standing) -> Text {
    match standing {
        Standing::Over => Text::new(
            "Cost Explorer에서 어느 서비스와 리전의 비용인지 보세요. 아무도 모르는 리소스면 지금 멈추고 액세스 키를 바꾸세요.",
            "See in Cost Explorer which service and Region it is. If nobody knows the resources, stop them now and change the \
             access keys.",
        ),
        Standing::Near | Standing::WillBeOver | Standing::WillBeNear => Text::new(
            "Cost Explorer에서 평소보다 늘어난 서비스가 있는지 보고, 쓰지 않는 것을 멈추세요.",
            "See in Cost Explorer which service has grown, and stop what nobody uses.",
        ),
        Standing::Idle => Text::new(
            "예약 인스턴스나 Savings Plans를 쓰던 서버를 없앴는지 확인하세요.",
            "Check whether the servers that used the reservation or the Savings Plan are gone.",
        ),
        Standing::Below => Text::new(
            "멈춘 서비스가 있어서 적게 쓰는 것은 아닌지 확인하세요.",
            "Check whether it is because something has stopped.",
        ),
        Standing::Unknown => Text::new(
            "금액을 읽지 못했습니다. 예산 화면에서 얼마를 썼는지 확인하세요.",
            "The sum could not be read. See in the console how much was spent.",
        ),
    }
}

/// What the two sums of the first fact are.
pub(super) fn spent(notice: &Notice<'_>) -> Text {
    let beside_limit = notice.limit().is_some() && !notice.is_floor();
    match (notice.forecast, beside_limit) {
        _ if notice.is_floor() && notice.is_of_reservations() => {
            Text::new("사용률과 알림 기준", "Used, and the threshold")
        }
        (Some(true), true) => Text::new("예상액 / 예산", "Forecast / budget"),
        (Some(true), false) => Text::new("예상액과 알림 기준", "Forecast, and the threshold"),
        (_, true) if is_usage(notice) => Text::new("사용량 / 예산", "Used / budget"),
        (_, false) if is_usage(notice) => Text::new("사용량과 알림 기준", "Used, and the threshold"),
        (_, true) => Text::new("쓴 금액 / 예산", "Spent / budget"),
        (_, false) => Text::new("쓴 금액과 알림 기준", "Spent, and the threshold"),
    }
}

pub(super) const fn period(period: Period) -> Text {
    match period {
        Period::Day => Text::new("하루 예산", "daily budget"),
        Period::Month => Text::new("월 예산", "monthly budget"),
        Period::Quarter => Text::new("분기 예산", "quarterly budget"),
        Period::Year => Text::new("연 예산", "yearly budget"),
    }
}

pub(super) const fn alert_type(forecast: bool) -> Text {
    if forecast { Text::new("예상", "forecast") } else { Text::new("실제", "actual") }
}

pub(super) const fn contested() -> Fact {
    Fact::words(
        Text::new("주의", "Careful"),
        Text::new("예산 이름이 알림 문구를 흉내 냄", "the budget's name imitates an alert"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    const ALL: [Standing; 7] = [
        Standing::Over,
        Standing::Near,
        Standing::WillBeOver,
        Standing::WillBeNear,
        Standing::Idle,
        Standing::Below,
        Standing::Unknown,
    ];

    #[test]
    fn every_title_fits_into_a_text_message() {
        for standing in ALL {
            for is_usage in [true, false] {
                assert_title_fits(title(standing, is_usage));
            }
        }
    }

    #[test]
    fn what_falls_is_no_reservation_unless_it_says_so() {
        let fallen = |kind| standing(&Notice { kind: Some(kind), threshold: Some("< $20.00"), ..Notice::default() });
        assert_eq!(fallen("Savings Plans Utilization"), Standing::Idle);
        assert_eq!(fallen("Cost"), Standing::Below);
    }

    #[test]
    fn what_is_spent_weighs_more_than_what_is_feared() {
        let cases = [
            ("$6.31", "$5.00", false, Standing::Over, Severity::High),
            ("$187.44", "$5.00", false, Standing::Over, Severity::Critical),
            ("$105.00", "$5.00", false, Standing::Over, Severity::Critical),
            ("$104.99", "$5.00", false, Standing::Over, Severity::High),
            ("$5,200.00", "$5,000.00", false, Standing::Over, Severity::High),
            ("$5.00", "$5.00", false, Standing::Near, Severity::Medium),
            ("$84.12", "$100.00", false, Standing::Near, Severity::Medium),
            ("$84.12", "", false, Standing::Near, Severity::High),
            ("$84.12", "€100.00", false, Standing::Near, Severity::High),
            ("€300", "€100", false, Standing::Over, Severity::High),
            ("$900.00", "$100.00", true, Standing::WillBeOver, Severity::Medium),
            ("$84.12", "$100.00", true, Standing::WillBeNear, Severity::Low),
            ("", "$100.00", false, Standing::Unknown, Severity::High),
        ];
        for (amount, limit, forecast, expected, severity) in cases {
            let (amount, limit, forecast) = (Some(amount), Some(limit), Some(forecast));
            let notice = Notice { limit, amount, forecast, ..Notice::default() };
            assert_eq!(standing(&notice), expected, "{notice:?}");
            assert_eq!(super::severity(&notice, expected), severity, "{notice:?}");
            let contested = Notice { contested: true, ..notice };
            assert!(super::severity(&contested, expected) >= Severity::High, "{contested:?}");
        }
    }
}
