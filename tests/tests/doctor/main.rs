//! `bongsu doctor` before the sandbox and an AWS of the test's own: what is broken on purpose is told, each by itself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "tests may, in their helpers too"
)]

mod account;
mod chain;
mod providers;

use chain::Chain;

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_without_a_fault_is_well_and_nothing_is_sent_unless_asked_for() {
    let chain = Chain::open().await;
    let seen = chain.look().await;
    assert_eq!(seen.not_well(), Vec::<String>::new(), "{}", seen.text);
    assert_eq!(seen.code, Some(0));
    for check in [
        "configuration",
        "telegram",
        "nhn-sms",
        "solapi",
        "sns-email",
        "topic",
        "stack",
        "trail",
        "recorder",
        "analyzer",
        "rule",
        "queue",
    ] {
        assert!(seen.has(check), "{check}: {}", seen.text);
    }
    assert!(chain.stage.sandbox.messages().is_empty());

    let words = chain.run(&["doctor"]).await;
    assert!(
        words.out.contains("✔ 텔레그램 telegram: 봇(@bongsu_sandbox_bot)이 채팅방 \"Sandbox\"에 글을 쓸 수 있습니다."),
        "{}",
        words.out
    );
    assert!(words.out.contains("✔ SOLAPI solapi: 잔액 10000원으로 500건을 보낼 수 있습니다."), "{}", words.out);
    assert!(words.out.contains("✔ 규칙 us-east-1: 2개가 켜져 있습니다."), "{}", words.out);
    assert!(words.out.trim_end().ends_with('건') && words.out.contains("고장 0건"), "{}", words.out);

    let sent = chain.run(&["doctor", "--send", "--json"]).await;
    assert_eq!(sent.code, Some(0), "{}{}", sent.out, sent.err);
    let texts: Vec<_> = chain.stage.sandbox.messages().into_iter().map(|message| message.text).collect();
    assert_eq!(texts.len(), 4, "one for each channel: {texts:?}");
    assert!(texts.iter().all(|text| text.contains("[훈련]")), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_of_aws_its_part_could_not_be_asked_and_the_channels_are() {
    let stage = system_tests::Stage::open().await;
    let said = chain::run_without_aws(&stage, &["doctor", "--json"]).await;
    let seen = chain::Seen::of(&said);
    assert_eq!(seen.code, Some(0), "{}{}", seen.text, said.err);
    assert!(seen.unasked() >= 3 && seen.has("telegram"), "{}", seen.text);
    assert_eq!(seen.broken(), Vec::<String>::new());
}
