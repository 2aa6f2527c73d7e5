//! The Lambda function that looks once an hour whether bongsu itself works, and says now and then that all is quiet.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function_kit::heartbeat().await
}
