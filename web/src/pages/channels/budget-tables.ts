/** The tables behind the budget split. */
import type { ChannelBudget, CurvePoint } from "$/api";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";

export function budgetTable(rows: ChannelBudget[], { t, fmt }: Wording): ChartTable {
  const money = (v: number | null) => fmt.money(v, true);
  return chartTable<ChannelBudget>({
    file: "dangol-budget",
    rows,
    columns: [
      { key: "channel", label: t("channels.channel"), value: (row) => row.channel },
      figure("now", t("budget.now"), (r) => r.now, money),
      figure("asNow", t("budget.asNow"), (r) => r.as_now, money),
      figure("proposed", t("budget.proposed"), (r) => r.proposed, money),
      figure("low", `${t("channels.interval")} ▾`, (r) => r.proposed_low, money),
      figure("high", `${t("channels.interval")} ▴`, (r) => r.proposed_high, money),
      figure(
        "customers",
        t("channels.newCustomers"),
        (r) => r.customers,
        (v) => fmt.decimal(v),
      ),
      figure(
        "next",
        t("budget.nextCustomer"),
        (r) => r.next_customer_cost,
        (v) => fmt.money(v),
      ),
      figure(
        "ltv",
        t("channels.figure.ltv"),
        (r) => r.ltv,
        (v) => fmt.money(v),
      ),
      figure(
        "power",
        "β",
        (r) => r.power,
        (v) => fmt.decimal(v, 2),
      ),
      figure(
        "powerLow",
        "β ▾",
        (r) => r.power_low,
        (v) => fmt.decimal(v, 2),
      ),
      figure(
        "powerHigh",
        "β ▴",
        (r) => r.power_high,
        (v) => fmt.decimal(v, 2),
      ),
      figure(
        "months",
        t("budget.months"),
        (r) => r.months,
        (v) => fmt.number(v),
      ),
    ],
  });
}

export function curveTable(curve: CurvePoint[], { t, fmt }: Wording): ChartTable {
  const count = (v: number | null) => fmt.decimal(v);
  return chartTable<CurvePoint>({
    file: "dangol-budget-curve",
    rows: curve,
    columns: [
      figure(
        "spend",
        t("budget.axis.spend"),
        (p) => p.spend,
        (v) => fmt.money(v, true),
      ),
      figure("customers", t("channels.newCustomers"), (p) => p.customers, count),
      figure("low", `${t("channels.interval")} ▾`, (p) => p.low, count),
      figure("high", `${t("channels.interval")} ▴`, (p) => p.high, count),
    ],
  });
}
