//! The words of the page.

use alert::Text;

type Words<const N: usize> = [(&'static str, Text); N];

const fn word(name: &'static str, ko: &'static str, en: &'static str) -> (&'static str, Text) {
    (name, Text::new(ko, en))
}

/// What stands in the file of HTML as `{{name}}`.
pub(super) const PAGE: Words<43> = [
    word("title", "봉수 수신함", "bongsu inbox"),
    word(
        "about",
        "휴대폰에 보이는 그대로 보여 줍니다. 이 컴퓨터 밖으로는 아무것도 나가지 않습니다.",
        "What phones would show. Nothing leaves this machine.",
    ),
    word("skip", "받은 메시지로 건너뛰기", "Skip to the messages"),
    word("other_lang", "en", "ko"),
    word("other_language", "English", "한국어"),
    word("no_script", "이 화면에는 JavaScript가 필요합니다.", "This page needs JavaScript."),
    word("play_legend", "이벤트 보내기", "Play an event"),
    word("sample", "예시 이벤트", "Sample event"),
    word("play", "보내기", "Play"),
    word("paste", "직접 붙여 넣기", "Paste one"),
    word("pasted", "이벤트(JSON)", "Event (JSON)"),
    word("play_pasted", "붙여 넣은 이벤트 보내기", "Play what is pasted"),
    word("channels_legend", "채널 고장 내기", "Break a channel"),
    word("fault", "고장 종류", "Kind of fault"),
    word("break", "고장 내기", "Break"),
    word("heal", "고치기", "Heal"),
    word("works", "정상", "Works"),
    word("filter_legend", "골라 보기", "Filter"),
    word("source", "출처", "Source"),
    word("severity", "심각도", "Severity"),
    word("all", "전체", "All"),
    word("clear", "모두 지우기", "Clear"),
    word("messages", "받은 메시지", "Messages"),
    word("views", "보기", "Views"),
    word("events", "이벤트", "Events"),
    word("phones", "문자", "Texts"),
    word("telegram", "텔레그램", "Telegram"),
    word("mail", "메일", "Mail"),
    word(
        "costs",
        "요금은 예시입니다. 단문은 20원, 장문은 50원으로 계산합니다.",
        "Costs are an example: 20 won for a text, 50 for a long one.",
    ),
    word(
        "no_events",
        "아직 보낸 이벤트가 없습니다. 위에서 하나 골라 보내 보세요.",
        "No event yet. Choose one above and play it.",
    ),
    word("no_phones", "아직 온 문자가 없습니다.", "No text yet."),
    word("no_telegram", "아직 온 메시지가 없습니다.", "No message yet."),
    word("no_mail", "아직 온 메일이 없습니다.", "No mail yet."),
    word("details", "자세히", "Details"),
    word("close", "닫기", "Close"),
    word("alert", "알림", "Alert"),
    word("route", "경로", "Route"),
    word("notify", "보낼 곳", "Owed to"),
    word("result", "결과", "Result"),
    word("attempts", "시도", "Attempts"),
    word("event", "이벤트 원문", "The event"),
    word("request", "보낸 요청", "The request"),
    word("bot", "봉수 봇", "bongsu bot"),
];

/// What scripts say.
pub(super) const SPOKEN: Words<41> = [
    word("running", "보내는 중…", "on its way…"),
    word("failed", "보내지 못함", "cannot be played"),
    word("arrived", "메시지 {count}건 도착", "{count} arrived"),
    word("ignored", "사람에게 알릴 일이 아님", "not for people"),
    word("pasted-event", "붙여 넣은 이벤트", "pasted event"),
    word(
        "no-event",
        "여기서 보낸 이벤트에서 나온 메시지가 아닙니다.",
        "This message does not come from an event that was played here.",
    ),
    word("disconnected", "연결이 끊겼습니다. 다시 연결하는 중…", "Disconnected. Trying again…"),
    word("refused-request", "요청이 거절되었습니다", "The request was refused"),
    word("drill", "훈련", "drill"),
    word("resolved", "해결됨", "resolved"),
    word("firing", "발생 중", "firing"),
    word("notice", "일회성", "notice"),
    word("channel-notice", "채널에 문제가 있어 알림", "tells of a channel that refuses"),
    word("no-route", "맞는 경로가 없어 모든 채널에 보냄", "none matches, so every channel is owed it"),
    word("any-alert", "모든 알림", "every alert"),
    word("bytes", "{bytes}/{limit}바이트", "{bytes}/{limit} bytes"),
    word("segment", "{kind} 1건", "1 {kind}"),
    word("won", "{won}원", "{won} won"),
    word("total", "{count}건 · {won}원", "{count} received · {won} won"),
    word("sent-by", "{channel} 발송", "by {channel}"),
    word("details-of", "자세히: {what}", "Details: {what}"),
    word("channel", "채널", "Channel"),
    word("outcome", "결과", "Outcome"),
    word("tries", "시도 횟수", "Tries"),
    word("says", "ID 또는 이유", "Id or reason"),
    word("time", "시각", "Time"),
    word("request", "요청", "Request"),
    word("fault", "고장", "Fault"),
    word("accepted", "접수됨", "accepted"),
    word("partial", "일부 접수", "accepted in part"),
    word("refused", "접수 안 됨", "not accepted"),
    word("answered", "조회 응답", "looked up"),
    word("rejected", "거절됨", "rejected"),
    word("unavailable", "보내지 못함", "not sent"),
    word("rate-limited", "한도 초과", "rate limited"),
    word("uncertain", "확인 안 됨", "uncertain"),
    word("undelivered", "전달 안 됨", "undelivered"),
    word("suppressed", "묶어서 알림", "held back"),
    word("duplicate", "이미 보냄", "sent already"),
    word("skipped", "건너뜀", "skipped"),
    word("possible-repeat", "중복일 수 있음", "possible repeat"),
];

/// As the texts themselves call them.
pub(super) const SEVERITIES: Words<5> = [
    word("critical", "긴급", "urgent"),
    word("high", "경고", "warning"),
    word("medium", "주의", "caution"),
    word("low", "경미", "minor"),
    word("info", "참고", "FYI"),
];

/// What can be done to a channel.
pub(super) const FAULTS: Words<9> = [
    word("timeout", "응답 없음", "no answer"),
    word("reset-after-write", "접수 후 끊김", "taken, then cut off"),
    word("500", "500 오류", "error 500"),
    word("429", "429 요청 과다", "too many (429)"),
    word("unauthorized", "인증 거부", "credentials refused"),
    word("garbage", "깨진 응답", "garbled answer"),
    word("slow", "3초 지연", "3 seconds late"),
    word("refuse", "메시지 거절", "message refused"),
    word("carrier", "통신사 전달 실패", "lost by the carrier"),
];

/// The providers.
pub(super) const CHANNELS: Words<4> = [
    word("telegram", "텔레그램", "Telegram"),
    word("nhn-sms", "NHN Cloud", "NHN Cloud"),
    word("solapi", "SOLAPI", "SOLAPI"),
    word("sns-email", "메일(SNS)", "Mail (SNS)"),
];
