use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sandbox::Control;

use super::{Played, Sample};

/// Every event that was played, oldest first.
pub(super) struct Plays {
    control: Control,
    list: Mutex<Vec<Play>>,
}

/// An event that was played, or is on its way.
#[derive(Clone)]
pub(super) struct Play {
    /// Counted from 1; it stands in the address that the messages are sent to.
    pub(super) number: u64,
    /// How often everything had been forgotten by then.
    era: u64,
    /// The number of the last change, as the sandbox counts them.
    pub(super) revision: u64,
    /// The sample's name; nothing where the event was pasted.
    pub(super) name: String,
    /// The event as a person can read it.
    pub(super) event: String,
    pub(super) state: State,
}

/// How far it has come.
#[derive(Clone)]
pub(super) enum State {
    Running,
    Done(Arc<Played>),
    /// It cannot be played: the configuration has faults.
    Failed(String),
}

impl Plays {
    pub(super) fn new(control: Control) -> Self {
        Self { control, list: Mutex::default() }
    }

    /// Notes that an event is being played.
    pub(super) fn begin(&self, sample: &Sample) -> u64 {
        let (name, event) = (sample.name.clone(), String::from_utf8_lossy(&sample.bytes).into_owned());
        let mut list = self.list();
        let number = list.len() as u64 + 1;
        let (era, revision) = (self.control.cleared(), self.control.touch());
        list.push(Play { number, era, revision, name, event, state: State::Running });
        number
    }

    /// Notes what became of it.
    pub(super) fn end(&self, number: u64, played: Result<Arc<Played>, String>) {
        if let Some(play) = self.list().iter_mut().find(|play| play.number == number) {
            play.state = played.map_or_else(State::Failed, State::Done);
            play.revision = self.control.touch();
        }
    }

    /// What has changed behind a revision, and was not forgotten.
    pub(super) fn since(&self, revision: u64) -> Vec<Play> {
        let era = self.control.cleared();
        self.list().iter().filter(|play| play.revision > revision && play.era == era).cloned().collect()
    }

    pub(super) fn get(&self, number: u64) -> Option<Play> {
        self.list().iter().find(|play| play.number == number).cloned()
    }

    /// A panic elsewhere leaves nothing half-done in it.
    fn list(&self) -> MutexGuard<'_, Vec<Play>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
