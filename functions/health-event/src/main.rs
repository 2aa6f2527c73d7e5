//! The Lambda function of the source `health-event`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::health_event::SOURCE).await
}
