//! What a threat is called, and how bad it is, for people who know no security jargon.

use alert::{Severity, Status, Text};

use crate::origin::Saying;

/// What GuardDuty and Security Hub say of the severity, before we say more.
/// <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Band(pub(super) Severity);

impl Band {
    /// GuardDuty's number: 1 to 3.9 low, 4 to 6.9 medium, 7 to 8.9 high, 9 and more critical. Where nobody says how bad it
    /// is, it may be bad.
    pub(super) fn of_number(number: Option<&str>) -> Self {
        Self(match number.and_then(|number| number.trim().parse::<f64>().ok()) {
            Some(number) if number >= 9.0 => Severity::Critical,
            Some(number) if number >= 7.0 => Severity::High,
            Some(number) if number >= 4.0 => Severity::Medium,
            Some(number) if number > 0.0 => Severity::Low,
            _ => Severity::High,
        })
    }

    /// What the severity adds to a fingerprint: a finding that gets worse is news, and must not pass for a repeat.
    pub(super) const fn as_str(self) -> &'static str {
        self.0.as_str()
    }
}

/// A finding that GuardDuty made up.
pub(super) const SAMPLE: Saying = Saying {
    severity: Severity::Info,
    status: Status::Notice,
    title: Text::new("GuardDuty 샘플입니다 (실제 아님)", "GuardDuty sample, nothing happened"),
    advice: Text::new(
        "실제로 일어난 일이 아닙니다. 샘플을 만든 사람이 없다면 누가 만들었는지 확인하세요.",
        "It did not happen. If none of you made samples, find out who did.",
    ),
};

/// Coins are mined under several purposes.
fn is_mining(kind: &str) -> bool {
    ["CryptoCurrency", "Bitcoin", "CryptoMin"].iter().any(|word| kind.contains(word))
}

/// Some attacks go one way only; of the others GuardDuty says who acts (`resourceRole`).
fn attacks_others(kind: &str, acts: bool) -> bool {
    ["DenialOfService", "Spambot", "EC2/Portscan"].iter().any(|word| kind.contains(word))
        || acts && kind.contains("BruteForce")
}

/// What costs most by the hour, or cannot be taken back: coins are mined, the root user is in, data is carried off.
pub(super) fn severity(kind: &str, root: bool, band: Band) -> Severity {
    let dire = root || kind.contains("RootCredential") || kind.contains("Exfiltration") || is_mining(kind);
    if dire { Severity::Critical } else { band.0 }
}

/// The purpose of a threat, which is what its type begins with (`CryptoCurrency:EC2/BitcoinTool.B!DNS`), in plain words.
/// <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html>
pub(super) fn title(kind: &str, root: bool, acts: bool) -> Text {
    let purpose = kind.split(':').next().unwrap_or_default();
    if is_mining(kind) {
        return Text::new("코인 채굴이 의심됩니다", "Coin mining is suspected");
    }
    if root || kind.contains("RootCredential") {
        return Text::new("루트 사용자 권한이 사용됐습니다", "Root credentials were used");
    }
    if attacks_others(kind, acts) {
        return Text::new("우리 서버가 밖을 공격하고 있습니다", "Your server is attacking others");
    }
    if kind.contains("CredentialExfiltration") {
        return Text::new("서버의 임시 키가 유출됐습니다", "An instance's credentials leaked");
    }
    if ["SuccessfulLogin", "SuccessfulBruteForce"].iter().any(|word| kind.contains(word)) {
        return Text::new("의심스러운 DB 로그인이 있었습니다", "Suspicious database sign-in");
    }
    if kind.contains("BruteForce") {
        return Text::new("누가 비밀번호를 알아내려 합니다", "Somebody is guessing passwords");
    }
    match purpose {
        "AttackSequence" => Text::new("여러 단계의 공격이 진행 중입니다", "A multi-stage attack is under way"),
        "Backdoor" => Text::new("원격 조종당하는 리소스가 있습니다", "Something of yours is remote-controlled"),
        "Behavior" => Text::new("평소와 다른 움직임이 있습니다", "Unusual activity was found"),
        "CredentialAccess" => Text::new("비밀번호나 키를 노린 시도가 있습니다", "Somebody is after passwords or keys"),
        "DefenseEvasion" => Text::new("감시를 피하려는 시도가 있습니다", "Somebody is dodging your defences"),
        "Discovery" => Text::new("누가 계정 안을 살펴보고 있습니다", "Somebody is exploring your account"),
        "Execution" => Text::new("의심스러운 파일이나 명령이 있습니다", "Suspicious file or command was found"),
        "Exfiltration" => Text::new("데이터 유출이 의심됩니다", "Data theft is suspected"),
        "Impact" => Text::new("시스템을 해치려는 시도가 있습니다", "Somebody may be harming your systems"),
        "InitialAccess" => Text::new("침입 시도가 있습니다", "Somebody is trying to break in"),
        "Object" => Text::new("악성 파일이 있습니다", "A malicious file was found"),
        "PenTest" | "Pentest" => Text::new("해킹 도구를 쓴 흔적이 있습니다", "A hacking tool was used"),
        "Persistence" => Text::new("다시 들어올 길을 만든 흔적이 있습니다", "Somebody is securing a way back in"),
        "Policy" => Text::new("보안 권고에 어긋난 설정이 있습니다", "Something goes against security advice"),
        "PrivilegeEscalation" => Text::new("권한을 높이려는 시도가 있습니다", "Somebody is trying to gain more power"),
        "Recon" => Text::new("침입할 틈을 찾는 시도가 있습니다", "Somebody is looking for a way in"),
        "Stealth" => Text::new("흔적을 숨기려는 시도가 있습니다", "Somebody is hiding their tracks"),
        "Trojan" => Text::new("악성 프로그램이 의심됩니다", "Malware is suspected"),
        "UnauthorizedAccess" => Text::new("허락 없는 접근이 의심됩니다", "Unauthorised access is suspected"),
        _ => Text::new("보안 위협이 발견됐습니다", "A security threat was found"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    /// Types as AWS lists them: <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html>
    const KINDS: [&str; 26] = [
        "AttackSequence:IAM/CompromisedCredentials",
        "Backdoor:EC2/C&CActivity.B!DNS",
        "Backdoor:EC2/DenialOfService.Tcp",
        "Behavior:EC2/NetworkPortUnusual",
        "CredentialAccess:IAMUser/AnomalousBehavior",
        "CryptoCurrency:EC2/BitcoinTool.B!DNS",
        "DefenseEvasion:Runtime/FilelessExecution",
        "Discovery:S3/MaliciousIPCaller",
        "Execution:EC2/MaliciousFile",
        "Exfiltration:S3/AnomalousBehavior",
        "Impact:EC2/WinRMBruteForce",
        "Impact:S3/AnomalousBehavior.Delete",
        "Impact:EC2/BitcoinDomainRequest.Reputation",
        "InitialAccess:IAMUser/AnomalousBehavior",
        "Object:S3/MaliciousFile",
        "PenTest:IAMUser/KaliLinux",
        "Persistence:IAMUser/AnomalousBehavior",
        "Policy:IAMUser/RootCredentialUsage",
        "Policy:S3/BucketBlockPublicAccessDisabled",
        "PrivilegeEscalation:IAMUser/AnomalousBehavior",
        "Recon:EC2/PortProbeUnprotectedPort",
        "Stealth:IAMUser/CloudTrailLoggingDisabled",
        "Trojan:EC2/BlackholeTraffic",
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "UnauthorizedAccess:EC2/TorClient",
        "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin",
    ];

    #[test]
    fn every_title_fits_into_a_text_message() {
        for kind in KINDS.into_iter().chain(["Unheard:Of/Threat", ""]) {
            for (root, acts) in [(false, false), (true, false), (false, true)] {
                assert_title_fits(title(kind, root, acts));
            }
        }
        assert_title_fits(SAMPLE.title);
    }

    #[test]
    fn every_purpose_that_aws_lists_has_words_of_its_own() {
        let other = title("", false, false);
        for kind in KINDS {
            assert_ne!(title(kind, false, false), other, "{kind}");
        }
    }

    #[test]
    fn a_number_lies_in_the_band_that_aws_documents() {
        for (number, severity) in [
            ("0.1", Severity::Low),
            ("3.9", Severity::Low),
            ("4", Severity::Medium),
            ("6.9", Severity::Medium),
            ("7.0", Severity::High),
            ("8.9", Severity::High),
            ("9", Severity::Critical),
            ("10.0", Severity::Critical),
            ("-1e300", Severity::High),
            ("NaN", Severity::High),
            ("bad", Severity::High),
        ] {
            assert_eq!(Band::of_number(Some(number)).0, severity, "{number}");
        }
        assert_eq!(Band::of_number(None).0, Severity::High);
    }

    #[test]
    fn miners_root_and_theft_get_people_up_however_low_the_number_is() {
        let low = Band(Severity::Low);
        for kind in [
            "CryptoCurrency:EC2/BitcoinTool.B!DNS",
            "Impact:Runtime/CryptoMinerExecuted",
            "Policy:IAMUser/RootCredentialUsage",
            "Trojan:EC2/DNSDataExfiltration",
            "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS",
        ] {
            assert_eq!(severity(kind, false, low), Severity::Critical, "{kind}");
        }
        assert_eq!(severity("Recon:IAMUser/MaliciousIPCaller", true, low), Severity::Critical);
        assert_eq!(severity("Recon:IAMUser/MaliciousIPCaller", false, low), Severity::Low);
    }
}
