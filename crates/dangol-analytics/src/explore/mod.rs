//! What the tables hold, column by column; when is bought, by weekday and month; what goes together.
//!
//! Descriptive statistics as in any textbook; quantiles of more than a million values are those of a t-digest
//! (Dunning, T. (2021). The t-digest: efficient estimates of distributions. Software Impacts 7).

mod calendar;
mod columns;
mod correlations;
mod findings;
mod result;
#[cfg(test)]
mod tests;

pub use result::{
    CalendarCell, ColumnRow, CorrelationRow, ExploreResult, Level, MonthRow, TopRow, WeekdayDays,
};

use dangol_shop::tables::TABLES;
use dangol_shop::{Scope, Shop};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalogue::{About, Analysis, Need, Parameter};
use crate::error::AnalysisError;
use crate::finding::Finding;
use crate::needs;
use crate::words::Words;

/// The analysis `explore`.
#[derive(Debug)]
pub struct Explore;

/// What is looked at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExploreParams {
    /// Only this table's columns; empty for all.
    pub table: String,
    /// How many of the commonest values of a column are listed.
    pub top: usize,
    /// Whether correlations are computed.
    pub correlations: bool,
}

impl Default for ExploreParams {
    fn default() -> Self {
        Self { table: String::new(), top: 5, correlations: true }
    }
}

impl ExploreParams {
    fn check(&self, shop: &Shop) -> Result<(), AnalysisError> {
        let mut known = vec!["order_lines"];
        known.extend(shop.manifest.tables.iter().map(|table| table.name.as_str()));
        let bad = |detail: String| Err(AnalysisError::BadParameter { analysis: Explore::NAME, detail });
        if !self.table.is_empty() && !known.contains(&self.table.as_str()) {
            return bad(format!("there is no table `{}`; the tables are {}", self.table, known.join(", ")));
        }
        if self.top > 100 {
            return bad(format!("top {} is too many; take at most 100", self.top));
        }
        Ok(())
    }
}

const fn described(table: &'static str) -> Need {
    Need::optional(table, "", "statistics of its columns", "열별 통계")
}

const NEEDS: &[Need] = &[
    Need::optional(
        "order_lines",
        "customer_id",
        "correlations between what customers do and what is known of them",
        "고객 행동과 고객 정보의 상관관계",
    ),
    Need::optional("order_lines", "ordered_at", "orders by weekday and month", "요일·월별 주문"),
    needs::AMOUNT,
    described(TABLES[0].name),
    described(TABLES[1].name),
    described(TABLES[2].name),
    described(TABLES[3].name),
    described(TABLES[4].name),
    described(TABLES[5].name),
    described(TABLES[6].name),
    described(TABLES[7].name),
];

impl Analysis for Explore {
    type Params = ExploreParams;
    type Output = ExploreResult;

    const NAME: &'static str = "explore";
    const ABOUT_CUSTOMERS: bool = false;
    const NEEDS: &'static [Need] = NEEDS;

    fn about() -> About {
        About {
            title: Words::new("Exploration", "데이터 살펴보기"),
            definition: Words::new(
                "Each column of each table: values, missing and distinct ones, and for numbers mean, standard deviation (divisor n − 1), range and quartiles (interpolated; above 1,000,000 values from a t-digest, and marked as approximate, as are distinct values then). Order lines are those of the filters, with and without customer; the further tables are described whole. Orders by weekday and month are set against the days of each kind between the first and the last order, so that a weekday that came 53 times is not better for it. Correlations are Pearson's r (a straight line; follows extreme values) and Spearman's ρ (ranks; hardly follows them), over order lines that are sales and over customers, pair by pair where both values are there; beyond 200,000 they are taken from a part of the orders or customers, and n says how many.",
                "표마다 열의 값, 빈 값, 고유 값을 세고, 숫자는 평균, 표준편차(n − 1), 범위, 사분위수를 보여줘요. 값이 100만 개를 넘으면 사분위수와 고유 값은 근삿값이고 그렇게 표시해요. 주문 상품은 필터에 맞는 것(고객 정보가 없는 것 포함)이고 다른 표는 전체예요. 요일·월별 주문은 첫 주문일과 마지막 주문일 사이에 있던 그 요일·월의 날수로 나눈 하루 평균이에요. 상관관계는 피어슨 r(직선 관계, 극단값에 민감)과 스피어만 ρ(순위 관계, 극단값에 둔감)이고, 판매된 주문 상품과 고객을 기준으로 두 값이 모두 있는 쌍으로 계산해요. 20만 개를 넘으면 주문이나 고객의 일부로 계산하고, n에 몇 개인지 나와요.",
            ),
            source: "Pearson, K. (1895); Spearman, C. (1904); quantiles of large tables: Dunning, T. (2021)."
                .into(),
            parameters: vec![
                Parameter::new(
                    "table",
                    "Only this table's columns; empty for all.",
                    "이 표의 열만 보여줘요. 비우면 모든 표예요.",
                ),
                Parameter::new(
                    "top",
                    "How many of the commonest values of a column are listed.",
                    "열마다 가장 흔한 값을 몇 개 보여줄지예요.",
                ),
                Parameter::new(
                    "correlations",
                    "Whether correlations are computed.",
                    "상관관계를 계산할지예요.",
                ),
            ],
        }
    }

    async fn run(
        shop: &Shop,
        scope: Scope,
        params: ExploreParams,
    ) -> Result<(ExploreResult, Vec<Finding>), AnalysisError> {
        params.check(shop)?;
        let tables = shop.tables_in_scope(&scope)?;
        let (columns, values) = columns::columns(shop, &tables, &params).await?;
        let calendar = calendar::calendar(shop, &tables).await?;
        let correlations = if params.correlations {
            correlations::correlations(shop, &scope, &tables).await?
        } else {
            Vec::new()
        };
        let result = ExploreResult {
            columns,
            values,
            weekdays: calendar.weekdays,
            months: calendar.months,
            calendar: calendar.cells,
            correlations,
        };
        let findings = findings::find(&result);
        Ok((result, findings))
    }
}
