//! The inbox: the page at the sandbox's address. It shows what phones, the chat and the mailbox would show, plays sample
//! events, and breaks channels and heals them.

mod detail;
mod language;
mod news;
mod page;
mod play;
mod plays;
mod recipe;
mod samples;
mod web;
mod words;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;
use std::sync::Arc;

use alert::Language;
use anyhow::Context;
use notifier::Config;
use notifier::http::Http;
use sandbox::{Accounts, Control, Sandbox};

pub(crate) use play::Played;
use plays::Plays;
pub(crate) use recipe::Recipe;
pub(crate) use samples::{Sample, Samples};

/// What the page shows and does. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Inbox(Arc<Desk>);

struct Desk {
    /// Any number, which another process has hardly ever: a page that is still open is to notice.
    birth: u64,
    control: Control,
    http: Http,
    recipe: Recipe,
    samples: Samples,
    plays: Plays,
}

impl Inbox {
    /// Opens a sandbox with the page. What is played is delivered by `recipe`.
    pub(crate) async fn open(
        address: SocketAddr,
        accounts: Accounts,
        recipe: Recipe,
        samples: Samples,
    ) -> anyhow::Result<(Sandbox, Self)> {
        let http = Http::new().context("cannot start")?;
        let mut inbox = None;
        let pages = |control: Control| {
            let plays = Plays::new(control.clone());
            let opened = Self(Arc::new(Desk {
                birth: RandomState::new().build_hasher().finish(),
                control,
                http,
                recipe,
                samples,
                plays,
            }));
            inbox = Some(opened.clone());
            web::router(opened)
        };
        let sandbox = Sandbox::start_with(address, accounts, pages).await?;
        Ok((sandbox, inbox.context("the sandbox has no inbox")?))
    }

    /// Plays an event by the configuration that `config` makes of an address, and waits until it is delivered.
    pub(crate) async fn play(
        &self,
        sample: &Sample,
        config: impl FnOnce(&Recipe, &str) -> anyhow::Result<Config>,
    ) -> anyhow::Result<Arc<Played>> {
        let number = self.0.plays.begin(sample);
        self.perform(number, &sample.bytes, config).await
    }

    /// The same for the page, which does not wait. Returns the number of the play.
    fn play_for_page(&self, sample: Sample, language: Language) -> u64 {
        let (number, inbox) = (self.0.plays.begin(&sample), self.clone());
        tokio::spawn(async move {
            // The page shows what went wrong.
            inbox.perform(number, &sample.bytes, |recipe, address| recipe.config(address, language)).await.ok();
        });
        number
    }

    async fn perform(
        &self,
        number: u64,
        event: &[u8],
        config: impl FnOnce(&Recipe, &str) -> anyhow::Result<Config>,
    ) -> anyhow::Result<Arc<Played>> {
        let config = config(&self.0.recipe, &self.0.control.url_of_play(number));
        let played = match config {
            Ok(config) => Ok(Arc::new(play::play(event, config, &self.0.http).await)),
            Err(error) => Err(error),
        };
        self.0.plays.end(number, played.as_ref().map(Arc::clone).map_err(|error| format!("{error:#}")));
        played
    }
}
