//! Who has not got an alert.

use notifier::delivery::{Record, Slot};

/// Whether somebody has not got an alert who should. A phone that one channel has reached has it, whatever became of the
/// others; and where a member of a failover group has delivered, nobody waits for the rest of the group.
pub(super) fn somebody_has_not_got(record: &Record, groups: &[Vec<String>]) -> bool {
    let reached =
        |slot: &Slot| record.entries.iter().any(|(other, entry)| entry.is_there() && stands_in(other, slot, groups));
    record.entries.iter().any(|(slot, entry)| entry.is_owed() && !reached(slot))
}

/// Whether who has it by `other` needs it no more by `slot`.
fn stands_in(other: &Slot, slot: &Slot, groups: &[Vec<String>]) -> bool {
    if !slot.recipient.is_channel() && !other.recipient.is_channel() {
        return slot.recipient == other.recipient;
    }
    groups.iter().any(|group| group.contains(&slot.channel) && group.contains(&other.channel))
}
