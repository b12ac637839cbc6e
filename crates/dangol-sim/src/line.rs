//! One order line in the compact form in which it waits between generation and output.

/// Status of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    Completed,
    Cancelled,
    Returned,
}

impl Status {
    const ALL: [Self; 3] = [Self::Completed, Self::Cancelled, Self::Returned];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }
}

/// What, if anything, is wrong with a line. Dirty lines come on top of the clean ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Dirt {
    Clean,
    /// The row before it once more, in every column.
    ExactDuplicate,
    /// An order without customer.
    MissingCustomer,
    /// An order of one of the shop's own test accounts.
    TestAccount,
    UnparsableAmount,
    UnparsableDate,
    NegativePrice,
    ZeroPrice,
}

impl Dirt {
    const ALL: [Self; 8] = [
        Self::Clean,
        Self::ExactDuplicate,
        Self::MissingCustomer,
        Self::TestAccount,
        Self::UnparsableAmount,
        Self::UnparsableDate,
        Self::NegativePrice,
        Self::ZeroPrice,
    ];
}

/// One order line. Money in won, which has no smaller unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Seconds since the first day began.
    pub(crate) second: u32,
    /// Whose random stream made the line; also the buyer, unless `dirt` says otherwise.
    pub(crate) customer: u32,
    /// Number of the order within the customer.
    pub(crate) order: u32,
    /// Number of the line within the order. Each order has exactly one line 0 that is no duplicate.
    pub(crate) number: u8,
    pub(crate) dirt: Dirt,
    pub(crate) status: Status,
    /// Index into the platforms.
    pub(crate) platform: u8,
    /// Index into the countries.
    pub(crate) country: u8,
    /// Index into the promotions; 0 is none.
    pub(crate) promotion: u8,
    pub(crate) product: u16,
    pub(crate) quantity: u16,
    pub(crate) shipping: u16,
    pub(crate) unit_price: i32,
    pub(crate) discount: i32,
}

/// Bytes of an encoded line.
pub(crate) const LINE_BYTES: usize = 32;

impl Line {
    /// Order of lines in the export: by time; unique, so that sorting forgets which thread came first.
    pub(crate) fn sort_key(&self) -> u128 {
        let duplicate = u128::from(self.dirt == Dirt::ExactDuplicate);
        u128::from(self.second) << 80
            | u128::from(self.customer) << 48
            | u128::from(self.order) << 16
            | u128::from(self.number) << 8
            | duplicate
    }

    /// Lines of one order share this key, and orders of the same second differ in it.
    pub(crate) fn order_key(&self) -> (u32, u32) {
        (self.customer, self.order)
    }

    /// Whether this line stands for its order when orders are counted.
    pub(crate) fn opens_order(&self) -> bool {
        self.number == 0 && self.dirt != Dirt::ExactDuplicate
    }

    /// Whether the line is a purchase of its customer that cleaning keeps: the truth.
    pub(crate) fn is_clean_purchase(&self) -> bool {
        self.dirt == Dirt::Clean && self.status == Status::Completed
    }

    /// Quantity × unit price − discount.
    pub(crate) fn net_revenue(&self) -> i64 {
        i64::from(self.quantity) * i64::from(self.unit_price) - i64::from(self.discount)
    }

    pub(crate) fn encode(&self) -> [u8; LINE_BYTES] {
        let mut bytes = [0; LINE_BYTES];
        bytes[0..4].copy_from_slice(&self.second.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.customer.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.order.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.unit_price.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.discount.to_le_bytes());
        bytes[20..22].copy_from_slice(&self.product.to_le_bytes());
        bytes[22..24].copy_from_slice(&self.quantity.to_le_bytes());
        bytes[24..26].copy_from_slice(&self.shipping.to_le_bytes());
        bytes[26..].copy_from_slice(&[
            self.number,
            self.dirt as u8,
            self.status as u8,
            self.platform,
            self.country,
            self.promotion,
        ]);
        bytes
    }

    /// The inverse of [`Line::encode`].
    pub(crate) fn decode(bytes: &[u8; LINE_BYTES]) -> Self {
        let four = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        let two = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Self {
            second: u32::from_le_bytes(four(0)),
            customer: u32::from_le_bytes(four(4)),
            order: u32::from_le_bytes(four(8)),
            unit_price: i32::from_le_bytes(four(12)),
            discount: i32::from_le_bytes(four(16)),
            product: two(20),
            quantity: two(22),
            shipping: two(24),
            number: bytes[26],
            dirt: Dirt::ALL[usize::from(bytes[27])],
            status: Status::ALL[usize::from(bytes[28])],
            platform: bytes[29],
            country: bytes[30],
            promotion: bytes[31],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_inverts_encode() {
        for (number, dirt) in Dirt::ALL.into_iter().enumerate() {
            for status in Status::ALL {
                let line = Line {
                    second: 94_000_001,
                    customer: u32::MAX - 3,
                    order: 70_000,
                    number: number as u8,
                    dirt,
                    status,
                    platform: 2,
                    country: 4,
                    promotion: 160,
                    product: 959,
                    quantity: 40,
                    shipping: 15_000,
                    unit_price: -12_900,
                    discount: 1_290,
                };
                assert_eq!(Line::decode(&line.encode()), line);
            }
        }
    }
}
