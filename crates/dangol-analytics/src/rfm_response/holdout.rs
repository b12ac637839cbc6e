//! Who was held out of a campaign, beside who was contacted: how many of each ordered within the window.
//!
//! Told to keep responses and uplift apart, not to measure the uplift: campaigns weigh by their contacts, and one
//! customer's contacts of several campaigns are not independent.

use super::contacts::Contacts;

/// Rates of ordering in campaigns that held somebody out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HeldOut {
    pub(super) contacts: u64,
    /// Share of the held-out contacts after which an order came within the window.
    pub(super) rate: f64,
    /// The same of contacts that were sent.
    pub(super) sent_rate: f64,
}

/// None where nobody was held out.
pub(super) fn compare(contacts: &Contacts) -> Option<HeldOut> {
    // By campaign: (sent, with an order), (held out, with an order).
    let mut sums = vec![[0_u64; 4]; contacts.campaigns.len()];
    for row in 0..contacts.sent.len() {
        if contacts.sent[row] + contacts.window > contacts.end {
            continue;
        }
        let place = usize::from(contacts.holdout[row]) * 2;
        let sum = &mut sums[contacts.campaign[row] as usize];
        sum[place] += 1;
        sum[place + 1] += u64::from(contacts.ordered_after[row]);
    }
    // Each campaign's sent contacts weigh as many as its held-out ones, so that both are of the same campaigns.
    let (mut held, mut ordered, mut expected) = (0.0, 0.0, 0.0);
    for [sent, sent_ordered, out, out_ordered] in sums.into_iter().filter(|sum| sum[0] > 0 && sum[2] > 0) {
        held += out as f64;
        ordered += out_ordered as f64;
        expected += out as f64 * sent_ordered as f64 / sent as f64;
    }
    (held > 0.0).then(|| HeldOut { contacts: held as u64, rate: ordered / held, sent_rate: expected / held })
}
