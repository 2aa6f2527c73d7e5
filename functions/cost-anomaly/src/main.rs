//! The Lambda function of the source `cost-anomaly`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::cost_anomaly::SOURCE).await
}
