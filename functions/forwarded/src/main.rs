//! The Lambda function of what other Regions and accounts forward.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::forwarded().await
}
