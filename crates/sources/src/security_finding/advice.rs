//! The first thing to do about a threat.

use alert::Text;

/// By what it is about; `acts` where the resource is what attacks (GuardDuty's `resourceRole`), not what is attacked.
/// <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_remediate.html>
pub(super) fn first_step(kind: &str, resource: &str, root: bool, acts: bool) -> Text {
    if root || kind.contains("RootCredential") {
        return ROOT;
    }
    let part = kind.split(':').nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    match (kind.split(':').next(), part, resource) {
        (Some("AttackSequence"), ..) => SEQUENCE,
        (Some("Object"), ..) => FILE,
        // Somebody knocks; nobody is in.
        (_, "EC2" | "RDS", _) if is_knocking(kind) && !acts => PORT,
        (Some("Policy"), ..) => POLICY,
        (_, "IAMUser", _) | (_, _, "AccessKey") => USER,
        (_, "S3", _) | (_, _, "S3Bucket" | "S3Object") => BUCKET,
        (_, "RDS", _) | (_, _, "RDSDBInstance") => DATABASE,
        (_, "Kubernetes" | "ECS" | "Container", _) | (_, _, "EKSCluster" | "ECSCluster" | "Container") => CONTAINER,
        (_, "Lambda", _) | (_, _, "Lambda") => FUNCTION,
        (_, "EC2" | "Runtime", _) | (_, _, "Instance" | "EBSVolume") => INSTANCE,
        _ => OTHER,
    }
}

fn is_knocking(kind: &str) -> bool {
    ["PortProbe", "BruteForce", "FailedLogin"].iter().any(|word| kind.contains(word)) && !kind.contains("Successful")
}

const ROOT: Text = Text::new(
    "루트 사용자를 쓴 사람이 있는지 지금 확인하세요. 없으면 루트 비밀번호와 MFA를 바꾸고 루트 액세스 키를 지우세요.",
    "Find out now whether one of you used root. If not, change its password and MFA, and delete root access keys.",
);
const SEQUENCE: Text = Text::new(
    "GuardDuty 화면에서 관련된 키와 서버를 보고, 키는 비활성화하고 서버는 보안 그룹으로 격리하세요.",
    "See in GuardDuty which keys and servers are involved; deactivate the keys, isolate the servers by security group.",
);
const PORT: Text = Text::new(
    "보안 그룹에서 인터넷 전체에 열린 포트를 닫거나 허용할 주소를 좁히세요.",
    "In the security group, close ports that are open to the whole internet, or narrow the addresses.",
);
const POLICY: Text = Text::new(
    "누가 왜 바꿨는지 물어보고, 일부러 바꾼 것이 아니면 설정을 되돌리세요.",
    "Ask who changed it and why. Unless it was meant, change it back.",
);
const USER: Text = Text::new(
    "본인이 한 일인지 물어보세요. 아니면 그 액세스 키를 비활성화하고(역할이면 활성 세션을 취소) CloudTrail 기록을 보세요.",
    "Ask whether they did it. If not, deactivate the access key (of a role, revoke its sessions) and look in CloudTrail.",
);
const BUCKET: Text = Text::new(
    "누가 무엇을 읽고 바꿨는지 확인하고, 모르는 일이면 버킷 정책과 그 키를 막으세요.",
    "Find out who read or changed what. If you cannot explain it, block the key and tighten the bucket policy.",
);
const FILE: Text = Text::new(
    "그 파일을 내려받거나 열지 못하게 막고, 누가 올렸는지 확인한 뒤 지우세요.",
    "Keep everybody from downloading the file, find out who uploaded it, then delete it.",
);
const DATABASE: Text = Text::new(
    "DB를 인터넷에서 닫고, 그 DB 사용자의 비밀번호를 바꾸세요.",
    "Close the database to the internet, and change the password of that database user.",
);
const CONTAINER: Text = Text::new(
    "그 컨테이너와 이미지가 배포한 것이 맞는지 확인하고, 아니면 멈추고 클러스터 권한을 점검하세요.",
    "Check whether you deployed that container and image. If not, stop it and review who can reach the cluster.",
);
const FUNCTION: Text = Text::new(
    "함수 코드와 최근 배포를 확인하고, 모르는 코드면 동시 실행 수를 0으로 해서 멈추세요.",
    "Check the function's code and latest deployment. If you do not know it, stop it: set its concurrency to 0.",
);
const INSTANCE: Text = Text::new(
    "서버를 지우지 말고 보안 그룹을 바꿔 통신부터 막은 뒤, 무엇이 도는지 확인하세요.",
    "Do not delete the server: cut it off by changing its security group, then see what runs on it.",
);
const OTHER: Text = Text::new(
    "결과 화면에서 무슨 일인지 보고, 여러분이 한 일이 아니면 관련된 키와 접속을 막으세요.",
    "See on the finding's page what happened. If it was none of you, block the keys and connections involved.",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_first_depends_on_what_it_is_about() {
        for (kind, resource, root, step) in [
            ("CryptoCurrency:EC2/BitcoinTool.B!DNS", "Instance", false, INSTANCE),
            ("CryptoCurrency:Runtime/BitcoinTool.B", "EKSCluster", false, CONTAINER),
            ("Recon:EC2/PortProbeUnprotectedPort", "Instance", false, PORT),
            ("UnauthorizedAccess:EC2/SSHBruteForce", "Instance", false, PORT),
            ("UnauthorizedAccess:IAMUser/MaliciousIPCaller", "AccessKey", false, USER),
            ("UnauthorizedAccess:IAMUser/MaliciousIPCaller", "AccessKey", true, ROOT),
            ("Policy:IAMUser/RootCredentialUsage", "AccessKey", false, ROOT),
            ("Policy:S3/BucketAnonymousAccessGranted", "S3Bucket", false, POLICY),
            ("Object:S3/MaliciousFile", "S3Object", false, FILE),
            ("Exfiltration:S3/AnomalousBehavior", "S3Bucket", false, BUCKET),
            ("CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin", "RDSDBInstance", false, DATABASE),
            ("CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce", "RDSDBInstance", false, DATABASE),
            ("CredentialAccess:RDS/AnomalousBehavior.FailedLogin", "RDSDBInstance", false, PORT),
            ("Backdoor:Lambda/C&CActivity.B", "Lambda", false, FUNCTION),
            ("AttackSequence:IAM/CompromisedCredentials", "AttackSequence", false, SEQUENCE),
            ("Unheard", "", false, OTHER),
        ] {
            assert_eq!(first_step(kind, resource, root, false), step, "{kind}");
        }
        assert_eq!(first_step("UnauthorizedAccess:EC2/SSHBruteForce", "Instance", false, true), INSTANCE);
    }
}
