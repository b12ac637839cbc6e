/** The tables behind the pictures of the overview. */
import type { OverviewPeriod, Pareto, Weekday } from "$/api";
import { chartTable, type ChartTable, type Wording } from "$/charts/context";
import type { Granularity } from "$/format";

export function periodTable(
  periods: OverviewPeriod[],
  granularity: Granularity,
  { t, fmt }: Wording,
): ChartTable {
  return chartTable<OverviewPeriod>({
    file: `dangol-overview-${granularity}`,
    rows: periods,
    columns: [
      {
        key: "period",
        label: t("term.period"),
        value: (p) => p.period,
        text: (p) =>
          fmt.period(p.period, granularity) + (p.incomplete ? ` (${t("term.incomplete")})` : ""),
      },
      {
        key: "revenue",
        label: t("term.revenue"),
        numeric: true,
        value: (p) => p.revenue,
        text: (p) => fmt.money(p.revenue),
      },
      {
        key: "new_revenue",
        label: t("overview.part.newRevenue"),
        numeric: true,
        value: (p) => p.new_revenue,
        text: (p) => fmt.money(p.new_revenue),
      },
      {
        key: "returning_revenue",
        label: t("overview.part.returningRevenue"),
        numeric: true,
        value: (p) => p.returning_revenue,
        text: (p) => fmt.money(p.returning_revenue),
      },
      {
        key: "customers",
        label: t("term.customers"),
        numeric: true,
        value: (p) => p.customers,
        text: (p) => fmt.number(p.customers),
      },
      {
        key: "new_customers",
        label: t("overview.part.new"),
        numeric: true,
        value: (p) => p.new_customers,
        text: (p) => fmt.number(p.new_customers),
      },
      {
        key: "orders",
        label: t("term.orders"),
        numeric: true,
        value: (p) => p.orders,
        text: (p) => fmt.number(p.orders),
      },
      {
        key: "aov",
        label: t("term.averageOrderValue"),
        numeric: true,
        value: (p) => p.average_order_value,
        text: (p) => fmt.money(p.average_order_value),
      },
    ],
  });
}

export function weekdayTable(weekdays: Weekday[], { t, fmt }: Wording): ChartTable {
  return chartTable<Weekday>({
    file: "dangol-weekdays",
    rows: weekdays,
    columns: [
      {
        key: "weekday",
        label: t("term.weekday"),
        value: (d) => d.weekday,
        text: (d) => fmt.weekday(d.weekday, true),
      },
      {
        key: "mean",
        label: t("overview.weekday.mean"),
        numeric: true,
        value: (d) => (d.days > 0 ? d.revenue / d.days : 0),
        text: (d) => fmt.money(d.days > 0 ? d.revenue / d.days : 0),
      },
      {
        key: "revenue",
        label: t("term.revenue"),
        numeric: true,
        value: (d) => d.revenue,
        text: (d) => fmt.money(d.revenue),
      },
      {
        key: "orders",
        label: t("term.orders"),
        numeric: true,
        value: (d) => d.orders,
        text: (d) => fmt.number(d.orders),
      },
      {
        key: "aov",
        label: t("term.averageOrderValue"),
        numeric: true,
        value: (d) => d.average_order_value,
        text: (d) => fmt.money(d.average_order_value),
      },
      {
        key: "days",
        label: t("term.dayCount"),
        numeric: true,
        value: (d) => d.days,
        text: (d) => fmt.number(d.days),
      },
    ],
  });
}

export function paretoTable(pareto: Pareto, { t, fmt }: Wording): ChartTable {
  return chartTable<Pareto["points"][number]>({
    file: "dangol-pareto",
    rows: pareto.points,
    columns: [
      {
        key: "customers",
        label: t("term.customerShare"),
        numeric: true,
        value: (p) => p.customer_share,
        text: (p) => fmt.percent(p.customer_share, 1),
      },
      {
        key: "revenue",
        label: t("term.revenueShare"),
        numeric: true,
        value: (p) => p.revenue_share,
        text: (p) => fmt.percent(p.revenue_share, 1),
      },
    ],
  });
}
