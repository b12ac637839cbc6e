//! The orders of one customer, numbered as they come.

use hashbrown::HashMap;

use crate::texts::same;

/// A table that has grown beyond so many orders is not kept for the next customer: emptying it takes as long as it is.
const KEPT: usize = 64;

/// The orders of the customer at hand.
#[derive(Default)]
pub(super) struct Orders<'a> {
    /// Number of each order, and whether it has a purchase.
    numbers: HashMap<&'a str, (i64, bool)>,
    /// The one asked for last, which is not in `numbers` until another is asked for: lines of an order stand together.
    last: Option<(&'a str, i64, bool)>,
}

impl<'a> Orders<'a> {
    /// Makes ready for the next customer.
    pub(super) fn forget(&mut self) {
        self.last = None;
        if self.numbers.capacity() > KEPT {
            self.numbers = HashMap::new();
        } else {
            self.numbers.clear();
        }
    }

    /// The number of an order; a new one gets the next, which `total` counts.
    pub(super) fn number_of(&mut self, order: &'a str, total: &mut i64) -> i64 {
        if let Some((last, number, bought)) = self.last {
            if same(last, order) {
                return number;
            }
            self.numbers.insert(last, (number, bought));
        }
        let (number, bought) = self.numbers.get(order).copied().unwrap_or_else(|| {
            *total += 1;
            (*total - 1, false)
        });
        self.last = Some((order, number, bought));
        number
    }

    /// Notes a purchase in the order asked for last; whether it is the order's first.
    pub(super) fn buys(&mut self) -> bool {
        self.last.as_mut().is_some_and(|(_, _, bought)| !std::mem::replace(bought, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_keeps_its_number_wherever_its_lines_stand() {
        let mut orders = Orders::default();
        let mut total = 0;
        let mut line = |order: &'static str, buys: bool| {
            let number = orders.number_of(order, &mut total);
            (number, buys && orders.buys())
        };
        let found = [line("a", false), line("a", true), line("b", true), line("a", true), line("b", false)];
        assert_eq!(found, [(0, false), (0, true), (1, true), (0, false), (1, false)]);
        orders.forget();
        assert_eq!((orders.number_of("a", &mut total), orders.buys()), (2, true));
        for number in 0..1_000 {
            let name: &'static str = Box::leak(number.to_string().into_boxed_str());
            orders.number_of(name, &mut total);
        }
        orders.forget();
        assert!(orders.numbers.capacity() <= KEPT);
        assert_eq!(orders.number_of("7", &mut total), 1_003);
    }
}
