//! temporary
#[tokio::main]
async fn main() {
    let addr = "127.0.0.1:8999".parse().unwrap();
    let s = sandbox::Sandbox::start(addr, sandbox::Accounts::default()).await.unwrap();
    println!("{}", s.url());
    std::future::pending::<()>().await;
}
