//! Machines that cost money, or that somebody relies on.

use alert::{Severity, Text};

use super::super::conditions::by_people;
use super::{Events, RULE, Rule};

const INSTANCE: &[&str] =
    &["/responseElements/instancesSet/items/0/instanceId", "/requestParameters/instancesSet/items/0/instanceId"];
const MINER: Text = Text::new(
    "누가 왜 만들었는지 확인하세요. 아무도 모르면 코인 채굴일 수 있으니 지금 지우고 그 사람의 액세스 키를 막으세요.",
    "Find out who needs it. If nobody knows, it may be a coin miner: delete it now and block that person's keys.",
);
const STOPPED: Text = Text::new(
    "계획한 일인지 확인하고, 아니면 서비스가 괜찮은지 보고 다시 켜세요.",
    "Check whether it was planned. If not, see whether your service is well, and start it again.",
);

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "instances-created",
        severity: Severity::Medium,
        events: Events::Named(&[("ec2", &["RunInstances"])]),
        when: by_people,
        title: Text::new("EC2 인스턴스를 새로 만들었습니다", "EC2 instances were created"),
        attempt: Text::new("EC2 인스턴스 생성 시도 (실패)", "Creating EC2 instances failed"),
        advice: MINER,
        subject: INSTANCE,
        more: &[
            (Text::new("유형", "Type"), "/requestParameters/instanceType"),
            (Text::new("개수", "Count"), "/requestParameters/instancesSet/items/0/maxCount"),
        ],
        ..RULE
    },
    Rule {
        name: "instances-terminated",
        severity: Severity::Medium,
        events: Events::Named(&[("ec2", &["TerminateInstances"])]),
        when: by_people,
        title: Text::new("EC2 인스턴스를 삭제했습니다", "EC2 instances were terminated"),
        attempt: Text::new("EC2 인스턴스 삭제 시도 (실패)", "Terminating EC2 instances failed"),
        advice: Text::new(
            "계획한 일인지 확인하세요. 아니면 스냅샷이나 백업에서 되살리세요.",
            "Check whether it was planned. If not, restore what you need from a snapshot or backup.",
        ),
        subject: INSTANCE,
        ..RULE
    },
    Rule {
        name: "instances-started",
        severity: Severity::Low,
        events: Events::Named(&[("ec2", &["StartInstances"])]),
        when: by_people,
        title: Text::new("EC2 인스턴스를 시작했습니다", "EC2 instances were started"),
        attempt: Text::new("EC2 인스턴스 시작 시도 (실패)", "Starting EC2 instances failed"),
        advice: Text::new(
            "필요해서 켠 것인지 확인하세요. 켜져 있는 동안 요금이 나옵니다.",
            "Check whether it is needed. It costs money for as long as it runs.",
        ),
        subject: INSTANCE,
        ..RULE
    },
    Rule {
        name: "instances-stopped",
        severity: Severity::Low,
        events: Events::Named(&[("ec2", &["StopInstances"])]),
        when: by_people,
        title: Text::new("EC2 인스턴스를 중지했습니다", "EC2 instances were stopped"),
        attempt: Text::new("EC2 인스턴스 중지 시도 (실패)", "Stopping EC2 instances failed"),
        advice: STOPPED,
        subject: INSTANCE,
        ..RULE
    },
    // Where miners go besides EC2; what scheduled work calls every hour (RunTask, SubmitJob, StartBuild) is left out.
    Rule {
        name: "costly-resource-created",
        severity: Severity::Low,
        events: Events::Named(&[
            ("autoscaling", &["CreateAutoScalingGroup"]),
            ("batch", &["CreateComputeEnvironment"]),
            ("codebuild", &["CreateProject"]),
            ("ec2", &["RequestSpotInstances", "RequestSpotFleet", "CreateFleet"]),
            ("ecs", &["CreateCluster", "CreateService"]),
            ("eks", &["CreateCluster"]),
            ("elasticmapreduce", &["RunJobFlow"]),
            ("gamelift", &["CreateFleet"]),
            ("lightsail", &["CreateInstances", "CreateContainerService"]),
            ("sagemaker", &["CreateNotebookInstance", "CreateTrainingJob", "CreateProcessingJob", "CreateEndpoint"]),
        ]),
        when: by_people,
        title: Text::new("요금이 나오는 자원을 만들었습니다", "Something that costs was created"),
        attempt: Text::new("유료 자원 생성 시도 (실패)", "Creating something costly failed"),
        advice: MINER,
        subject: &[
            "/requestParameters/autoScalingGroupName",
            "/requestParameters/computeEnvironmentName",
            "/requestParameters/clusterName",
            "/requestParameters/serviceName",
            "/requestParameters/service",
            "/requestParameters/name",
            "/requestParameters/instanceNames/0",
            "/requestParameters/notebookInstanceName",
            "/requestParameters/trainingJobName",
            "/requestParameters/processingJobName",
            "/requestParameters/endpointName",
        ],
        more: &[
            (Text::new("유형", "Type"), "/requestParameters/instanceType"),
            (Text::new("개수", "Count"), "/requestParameters/desiredCount"),
        ],
        ..RULE
    },
    Rule {
        name: "quota-increase-requested",
        severity: Severity::Low,
        events: Events::Named(&[("servicequotas", &["RequestServiceQuotaIncrease"])]),
        when: by_people,
        title: Text::new("서비스 한도 증가를 요청했습니다", "Service quota increase was requested"),
        attempt: Text::new("서비스 한도 증가 시도 (실패)", "Service quota increase failed"),
        advice: MINER,
        subject: &["/requestParameters/serviceCode"],
        more: &[(Text::new("요청한 값", "Desired value"), "/requestParameters/desiredValue")],
        ..RULE
    },
];
