//! What weekdays and months of the year bring.

use std::collections::BTreeMap;

use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use dangol_shop::frame::column;
use dangol_shop::tables_in_scope::TablesInScope;
use dangol_shop::time::date_of;
use dangol_shop::{Shop, ShopError};

use super::result::{CalendarCell, MonthRow, WeekdayDays};

/// Weekdays, months, and both together.
#[derive(Default)]
pub(super) struct Calendar {
    pub(super) weekdays: Vec<WeekdayDays>,
    pub(super) months: Vec<MonthRow>,
    pub(super) cells: Vec<CalendarCell>,
}

/// Days of a kind, and what came in on them.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    days: u64,
    orders: u64,
    revenue: f64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.days += other.days;
        self.orders += other.orders;
        self.revenue += other.revenue;
    }

    fn per_day(self, value: f64) -> f64 {
        value / self.days.max(1) as f64
    }
}

pub(super) async fn calendar(shop: &Shop, tables: &TablesInScope) -> Result<Calendar, ShopError> {
    let totals = &shop.manifest.totals;
    if !totals.has_dates {
        return Ok(Calendar::default());
    }
    let orders = if totals.customers > 0 { "count(*) FILTER (WHERE first_of_order)" } else { "count(*)" };
    let query = format!(
        "SELECT ordered_on, {orders} AS orders, sum(net_revenue) AS revenue FROM order_lines GROUP BY 1"
    );
    let found = tables.ask(&query).await?;
    let on = column::<Date32Type>(&found, "ordered_on", 0)?;
    let orders = column::<Int64Type>(&found, "orders", 0)?;
    let revenue = column::<Float64Type>(&found, "revenue", 0.0)?;
    let days = on
        .into_iter()
        .zip(orders.into_iter().zip(revenue))
        .map(|(on, (orders, revenue))| (on, orders as u64, revenue));
    Ok(summed(days, totals.has_amounts))
}

fn summed(days: impl Iterator<Item = (i32, u64, f64)>, has_amounts: bool) -> Calendar {
    let days: BTreeMap<i32, (u64, f64)> = days.map(|(on, orders, revenue)| (on, (orders, revenue))).collect();
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else {
        return Calendar::default();
    };
    let mut sums: BTreeMap<(u8, u8), Sum> = BTreeMap::new();
    for on in *first..=*last {
        let date = date_of(on);
        let place = (date.month() as u8, date.weekday().to_monday_one_offset() as u8);
        let (orders, revenue) = days.get(&on).copied().unwrap_or_default();
        sums.entry(place).or_default().add(Sum { days: 1, orders, revenue });
    }
    let revenue = |sum: Sum| has_amounts.then(|| sum.per_day(sum.revenue));
    let over = |of: &dyn Fn(&(u8, u8)) -> bool| {
        let mut whole = Sum::default();
        sums.iter().filter(|(place, _)| of(place)).for_each(|(_, sum)| whole.add(*sum));
        whole
    };
    let weekdays = (1..=7).map(|weekday| {
        let sum = over(&|place| place.1 == weekday);
        let (orders_per_day, revenue_per_day) = (sum.per_day(sum.orders as f64), revenue(sum));
        WeekdayDays { weekday, days: sum.days, orders: sum.orders, orders_per_day, revenue_per_day }
    });
    let months = (1..=12).map(|month| {
        let sum = over(&|place| place.0 == month);
        let (orders_per_day, revenue_per_day) = (sum.per_day(sum.orders as f64), revenue(sum));
        MonthRow { month, days: sum.days, orders: sum.orders, orders_per_day, revenue_per_day }
    });
    let cells = sums.iter().map(|((month, weekday), sum)| CalendarCell {
        month: *month,
        weekday: *weekday,
        days: sum.days,
        orders: sum.orders,
        orders_per_day: sum.per_day(sum.orders as f64),
        revenue_per_day: revenue(*sum),
    });
    Calendar {
        weekdays: weekdays.filter(|row| row.days > 0).collect(),
        months: months.filter(|row| row.days > 0).collect(),
        cells: cells.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dangol_shop::time::days_since_epoch;

    #[test]
    fn weekdays_are_set_against_how_often_they_came() {
        // 2024-01-01 was a Monday; a fortnight and a day hold three Mondays.
        let monday = days_since_epoch(jiff::civil::date(2024, 1, 1));
        let days = [(monday, 6, 60.0), (monday + 14, 3, 30.0), (monday + 6, 4, 8.0)];
        let calendar = summed(days.into_iter(), true);
        let row = &calendar.weekdays[0];
        assert_eq!((row.weekday, row.days, row.orders), (1, 3, 9));
        assert_eq!((row.orders_per_day, row.revenue_per_day), (3.0, Some(30.0)));
        let sunday = &calendar.weekdays[6];
        assert_eq!((sunday.weekday, sunday.days, sunday.orders_per_day), (7, 2, 2.0));
        assert_eq!(calendar.months.len(), 1);
        assert_eq!((calendar.months[0].month, calendar.months[0].days), (1, 15));
        assert_eq!(calendar.cells.len(), 7);
        assert_eq!(calendar.cells.iter().map(|cell| cell.orders).sum::<u64>(), 13);
        assert_eq!(summed(days.into_iter(), false).weekdays[0].revenue_per_day, None);
    }

    #[test]
    fn nothing_makes_an_empty_calendar() {
        assert!(summed(std::iter::empty(), true).weekdays.is_empty());
    }
}
