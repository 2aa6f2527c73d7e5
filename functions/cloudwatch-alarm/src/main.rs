//! The Lambda function of the source `cloudwatch-alarm`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::run(&sources::cloudwatch_alarm::SOURCE).await
}
