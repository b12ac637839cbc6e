//! One customer who is most of the shop.

use dangol_shop::{Scope, Shop, ShopError};

use crate::finding::{Finding, Severity};
use crate::words::{Words, grouped, money, share as share_in_words};

/// The share of revenue from which on one customer decides every sum.
const DOMINATES: f64 = 0.4;
/// Among fewer customers somebody always does.
const LEAST_CUSTOMERS: usize = 10;

pub(super) async fn findings(shop: &Shop) -> Result<Option<Finding>, ShopError> {
    if shop.manifest.totals.customers == 0 {
        return Ok(None);
    }
    let profiles = shop.profiles(&Scope::until(shop.default_as_of())).await?;
    let amounts = shop.manifest.totals.has_amounts;
    let value = |at: usize| if amounts { profiles.revenue[at] } else { profiles.orders[at] as f64 };
    let Some((at, share)) = dominant(profiles.len(), value) else { return Ok(None) };
    let ids = shop.customer_ids(&[profiles.customer_key[at]]).await?;
    let id = ids.first().cloned().unwrap_or_default();
    let orders = grouped(profiles.orders[at]);
    let (text, quoted) = (share_in_words(share), id.replace('\'', "''"));
    let (of_en, of_ko) = if amounts {
        let revenue = money(profiles.revenue[at], &shop.config.shop.currency);
        (
            format!("{} of revenue ({} in {orders} orders)", text.en, revenue.en),
            format!("매출의 {}({}, 주문 {orders}건)", text.ko, revenue.ko),
        )
    } else {
        (format!("{} of all orders ({orders})", text.en), format!("주문의 {}({orders}건)", text.ko))
    };
    let words = Words::new(
        format!(
            "One customer, {id}, brings {of_en}: averages, concentration and every sum are theirs. If it is a marketplace, a shop's till or a guest account, leave it out with exclude = [\"customer_id = '{quoted}'\"] in the section of an analysis."
        ),
        format!(
            "고객 한 명({id})이 {of_ko}를 차지해요. 평균과 집중도, 합계가 이 고객에 좌우돼요. 오픈마켓이나 매장, 비회원 계정이라면 분석 섹션에 exclude = [\"customer_id = '{quoted}'\"]를 넣어 빼 주세요."
        ),
    );
    let finding = Finding::new("dominant_customer", Severity::Warning, words);
    Ok(Some(finding.value("customer", id).value("share", share).about("customer_id")))
}

/// Who brings at least [`DOMINATES`] of the whole, and the share.
fn dominant(customers: usize, value: impl Fn(usize) -> f64) -> Option<(usize, f64)> {
    let whole: f64 = (0..customers).map(&value).filter(|value| *value > 0.0).sum();
    let at = (0..customers).max_by(|a, b| value(*a).total_cmp(&value(*b)))?;
    let share = value(at) / whole;
    (customers >= LEAST_CUSTOMERS && whole > 0.0 && share >= DOMINATES).then_some((at, share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fifths_of_the_revenue() {
        let shop = |first: f64| move |at: usize| if at == 3 { first } else { 10.0 };
        assert_eq!(dominant(11, shop(66.0)), None);
        let (at, share) = dominant(11, shop(67.0)).unwrap();
        assert!(at == 3 && (share - 67.0 / 167.0).abs() < 1e-12);
        assert_eq!(dominant(9, shop(500.0)), None, "among a few somebody always does");
        assert_eq!(dominant(20, |_| 0.0), None);
    }
}
