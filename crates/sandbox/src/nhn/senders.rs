use serde_json::{Value, json};

use crate::NhnApp;
use crate::http::Incoming;

/// `GET …/appKeys/{appKey}/sendNos`: the registered senders, by their number, whether they are used, or blocked.
/// <https://docs.nhncloud.com/ko/Notification/SMS/ko/api-guide/>
pub(super) fn list(app: &NhnApp, request: &Incoming) -> Value {
    let blocked = |number: &String| if app.blocked.contains(number) { "Y" } else { "N" };
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted.is_empty() || wanted == value);
    let wanted = app.senders.iter().filter(|it| is("sendNo", it) && is("useYn", "Y") && is("blockYn", blocked(it)));
    let found: Vec<_> = wanted.map(|number| row(number, blocked(number))).collect();
    let number = |name, default: usize| request.query(name).and_then(|it| it.parse().ok()).unwrap_or(default);
    let (page, size) = (number("pageNum", 1).max(1), number("pageSize", 15).clamp(1, 1000));
    let shown: Vec<_> = found.iter().skip((page - 1) * size).take(size).collect();
    json!({ "pageNum": page, "pageSize": size, "totalCount": found.len(), "data": shown })
}

fn row(number: &str, blocked: &str) -> Value {
    json!({
        "serviceId": 1, "sendNo": number, "useYn": "Y", "blockYn": blocked,
        "blockReason": if blocked == "Y" { "도용 신고" } else { "" },
        "createDate": "2026-01-02 03:04:05.0", "createUser": "sandbox",
        "updateDate": "2026-01-02 03:04:05.0", "updateUser": "sandbox",
    })
}
