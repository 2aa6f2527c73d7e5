//! The emulators over real HTTP, as the providers' clients meet them.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod nhn;
#[cfg(test)]
mod plays;
#[cfg(test)]
mod sns;
#[cfg(test)]
mod solapi;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod telegram;
