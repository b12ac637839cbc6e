//! What one can choose of the analysis `rfm-response`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RfmResponse;
use crate::catalogue::{Analysis, Parameter};
use crate::error::AnalysisError;

/// Parameters of the analysis `rfm-response`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RfmResponseParams {
    /// What a response is.
    pub response: ResponseKind,
    /// Days after sending within which a response counts, 1 to 365. A contact counts once they are over.
    pub window_days: u32,
    /// What remains of a sale, above 0 and up to 1.
    pub margin: f64,
    /// Cost of one contact, in the shop's currency.
    pub cost: f64,
    /// Share of the contacts, the latest, on which the ranking is judged.
    pub judged_share: f64,
    /// Share of the judged contacts, those to the customers ranked highest, whose share of the responses is told.
    pub top_share: f64,
    /// Customers drawn anew so many times, for intervals.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Customers listed, those of the highest expected value first.
    pub limit: usize,
}

impl Default for RfmResponseParams {
    fn default() -> Self {
        Self {
            response: ResponseKind::Responded,
            window_days: 30,
            margin: 1.0,
            cost: 0.0,
            judged_share: 0.3,
            top_share: 0.2,
            draws: 200,
            seed: 1,
            limit: 100,
        }
    }
}

/// What counts as a response to a contact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResponseKind {
    /// `responded_at` within the window.
    #[default]
    Responded,
    /// `clicked_at` within the window.
    Clicked,
    /// An order within the window. It belongs to the last contact before it, so that no order counts twice.
    Ordered,
}

impl ResponseKind {
    /// The column of `contacts` that holds it.
    pub(super) fn column(self) -> Option<&'static str> {
        match self {
            Self::Responded => Some("responded_at"),
            Self::Clicked => Some("clicked_at"),
            Self::Ordered => None,
        }
    }

    /// As people write it in a call.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Responded => "responded",
            Self::Clicked => "clicked",
            Self::Ordered => "ordered",
        }
    }
}

impl RfmResponseParams {
    /// Refuses what no computation can use.
    ///
    /// # Errors
    /// [`AnalysisError::BadParameter`].
    pub fn check(&self) -> Result<(), AnalysisError> {
        let bad = |detail: &str| {
            Err(AnalysisError::BadParameter { analysis: RfmResponse::NAME, detail: detail.into() })
        };
        if !(1..=365).contains(&self.window_days) {
            return bad("window_days takes 1 to 365");
        }
        if !(self.margin > 0.0 && self.margin <= 1.0) {
            return bad("margin takes a share of revenue above 0 and up to 1, such as 0.35");
        }
        if !(self.cost >= 0.0 && self.cost.is_finite()) {
            return bad("cost takes an amount of at least 0 in the shop's currency");
        }
        if !(self.judged_share >= 0.05 && self.judged_share <= 0.8) {
            return bad("judged_share takes 0.05 to 0.8");
        }
        if !(self.top_share >= 0.01 && self.top_share <= 0.9) {
            return bad("top_share takes 0.01 to 0.9");
        }
        if !(20..=5_000).contains(&self.draws) {
            return bad("draws takes 20 to 5000");
        }
        if !(1..=10_000_000).contains(&self.limit) {
            return bad("limit takes 1 to 10,000,000");
        }
        Ok(())
    }
}

/// The parameters in words.
pub(super) fn parameter_list() -> Vec<Parameter> {
    vec![
        Parameter::choice(
            "response",
            &["responded", "clicked", "ordered"],
            "What a response is: `responded_at` of the contact, its `clicked_at`, or an order within the window, which belongs to the last contact before it. Orders are taken only if asked for, since customers also buy without being contacted.",
            "무엇을 반응으로 볼지예요: 발송 기록의 반응 일시(`responded_at`), 클릭 일시(`clicked_at`), 또는 기간 안의 주문. 주문은 바로 앞 발송 한 건의 반응으로만 세요. 발송이 없어도 사는 고객이 있으니 주문 기준은 직접 고를 때만 써요.",
        ),
        Parameter::new(
            "window_days",
            "Days after sending within which a response counts, 1 to 365. Contacts whose days are not over yet do not count.",
            "발송 뒤 며칠 안의 반응을 셀지예요(1~365). 이 기간이 아직 지나지 않은 발송은 세지 않아요.",
        ),
        Parameter::new(
            "margin",
            "What remains of a sale, as a share of revenue.",
            "매출에서 남는 몫이에요(마진율).",
        ),
        Parameter::new(
            "cost",
            "Cost of one contact, in the shop's currency.",
            "발송 한 건의 비용이에요(쇼핑몰 통화).",
        ),
        Parameter::new(
            "judged_share",
            "Share of the contacts, the latest, on which the ranking is judged.",
            "순위를 검증할 최근 발송의 비중이에요(0.3 = 30%).",
        ),
        Parameter::new(
            "top_share",
            "Share of the judged contacts, those to the customers ranked highest, whose share of the responses is told.",
            "순위가 높은 고객에게 간 발송 몇 %가 반응의 얼마를 차지했는지 볼지예요(0.2 = 20%).",
        ),
        Parameter::new(
            "draws",
            "Customers drawn anew so many times, for intervals.",
            "구간을 구하려고 고객을 다시 뽑는 횟수예요.",
        ),
        Parameter::new("seed", "Seed of the draws.", "다시 뽑기의 시드예요."),
        Parameter::new(
            "limit",
            "Customers listed, those of the highest expected value first.",
            "나열할 고객 수예요. 기대 가치가 높은 고객부터 보여줘요.",
        ),
    ]
}
