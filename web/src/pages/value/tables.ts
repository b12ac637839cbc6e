/** The tables behind the pictures of the value page. */
import type {
  CustomerValue,
  GroupValue,
  ParameterEstimate,
  Value,
  ValueBin,
  ValueConcentration,
  ValueSurface,
} from "$/api";
import { chartTable, type ChartTable, type Column, figure, type Wording } from "$/charts/context";
import type { Figure } from "$/charts/figures";
import { estimateText, hasInterval, intervalOf } from "./query";

export function distributionTable(bins: ValueBin[], { t, fmt }: Wording): ChartTable {
  const customers = bins.reduce((sum, bin) => sum + bin.customers, 0);
  return chartTable<ValueBin>({
    file: "dangol-value-distribution",
    rows: bins,
    columns: [
      figure(
        "from",
        t("term.from"),
        (b) => b.from,
        (v) => fmt.money(v),
      ),
      figure(
        "to",
        t("term.to"),
        (b) => b.to,
        (v) => fmt.money(v),
      ),
      figure(
        "customers",
        t("term.customers"),
        (b) => b.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("term.customerShare"),
        (b) => (customers > 0 ? b.customers / customers : null),
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "value",
        t("value.predicted"),
        (b) => b.value,
        (v) => fmt.money(v),
      ),
    ],
  });
}

export function concentrationTable(curve: ValueConcentration, { t, fmt }: Wording): ChartTable {
  return chartTable<ValueConcentration["points"][number]>({
    file: "dangol-value-concentration",
    rows: curve.points,
    columns: [
      figure(
        "customers",
        t("value.pareto.axis"),
        (p) => p.customer_share,
        (v) => fmt.percent(v),
      ),
      figure(
        "value",
        t("value.valueShare"),
        (p) => p.value_share,
        (v) => fmt.percent(v, 1),
      ),
    ],
  });
}

export function groupTable(
  groups: GroupValue[],
  what: { file: string; label: string; name: (group: GroupValue) => string },
  { t, fmt }: Wording,
): ChartTable {
  const inMoney = groups.some((group) => group.value !== null);
  return chartTable<GroupValue>({
    file: what.file,
    rows: groups,
    columns: [
      { key: "name", label: what.label, value: what.name },
      figure(
        "customers",
        t("term.customers"),
        (g) => g.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("term.customerShare"),
        (g) => g.share,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "alive",
        t("value.alive"),
        (g) => g.probability_alive,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "purchases",
        t("value.expectedPurchases"),
        (g) => g.expected_purchases,
        (v) => fmt.decimal(v),
      ),
      ...(inMoney
        ? [
            figure<GroupValue>(
              "value",
              t("value.predicted"),
              (g) => g.value,
              (v) => fmt.money(v, true),
            ),
            figure<GroupValue>(
              "valueShare",
              t("value.valueShare"),
              (g) => g.value_share,
              (v) => fmt.percent(v, 1),
            ),
            figure<GroupValue>(
              "mean",
              t("value.perCustomer"),
              (g) => g.mean_value,
              (v) => fmt.money(v),
            ),
            figure<GroupValue>(
              "revenue",
              t("value.revenueSoFar"),
              (g) => g.revenue,
              (v) => fmt.money(v, true),
            ),
            figure<GroupValue>(
              "historical",
              t("value.historicalPerCustomer"),
              (g) => g.mean_historical_value,
              (v) => fmt.money(v),
            ),
          ]
        : []),
    ],
  });
}

export function surfaceTable(surface: ValueSurface, { t, fmt }: Wording): ChartTable {
  type Cell = ValueSurface["cells"][number] & { customers: number };
  const rows = surface.cells.map((cell): Cell => {
    const people = surface.people.find(
      (one) => one.repeats === cell.repeats && one.days_since_last === cell.days_since_last,
    );
    return { ...cell, customers: people?.customers ?? 0 };
  });
  return chartTable<Cell>({
    file: "dangol-value-surface",
    rows,
    columns: [
      figure(
        "repeats",
        t("value.surface.y"),
        (c) => c.repeats,
        (v) => fmt.number(v),
      ),
      figure(
        "days",
        t("value.surface.x"),
        (c) => c.days_since_last,
        (v) => fmt.number(v),
      ),
      figure(
        "alive",
        t("value.alive"),
        (c) => c.probability_alive,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "purchases",
        t("value.expectedPurchases"),
        (c) => c.expected_purchases,
        (v) => fmt.decimal(v, 2),
      ),
      figure(
        "customers",
        t("value.surface.nearby"),
        (c) => c.customers,
        (v) => fmt.number(v),
      ),
    ],
  });
}

export function topTable(rows: CustomerValue[], { t, fmt }: Wording): ChartTable {
  const inMoney = rows.some((row) => row.value !== null);
  return chartTable<CustomerValue>({
    file: "dangol-most-valuable-customers",
    rows,
    columns: [
      { key: "customer", label: t("term.customer"), value: (c) => c.customer_id },
      ...(inMoney
        ? [
            figure<CustomerValue>(
              "value",
              t("value.predicted"),
              (c) => c.value,
              (v) => fmt.money(v, true),
            ),
          ]
        : []),
      figure(
        "alive",
        t("value.alive"),
        (c) => c.probability_alive,
        (v) => fmt.percent(v, 0),
      ),
      figure(
        "purchases",
        t("value.expectedPurchases"),
        (c) => c.expected_purchases,
        (v) => fmt.decimal(v),
      ),
      ...(rows.some((row) => hasInterval(row, "purchases"))
        ? (["low", "high"] as const).map((end) =>
            figure<CustomerValue>(
              end,
              t(`value.purchases.${end}`),
              (c) => intervalOf(c, "purchases")?.[end] ?? null,
              (v) => fmt.number(v),
            ),
          )
        : []),
      ...(inMoney
        ? [
            figure<CustomerValue>(
              "spend",
              t("value.spendPerPurchase"),
              (c) => c.expected_spend,
              (v) => fmt.money(v),
            ),
          ]
        : []),
      figure(
        "repeats",
        t("value.repeats"),
        (c) => c.repeats,
        (v) => fmt.number(v),
      ),
      figure(
        "silence",
        t("value.lastPurchase"),
        (c) => c.age_days - c.first_to_last_days,
        (v) => fmt.number(v),
      ),
      ...(inMoney
        ? [
            figure<CustomerValue>(
              "revenue",
              t("value.revenueSoFar"),
              (c) => c.revenue,
              (v) => fmt.money(v, true),
            ),
            figure<CustomerValue>(
              "historical",
              t("value.historicalPerCustomer"),
              (c) => c.historical_value,
              (v) => fmt.money(v, true),
            ),
          ]
        : []),
    ],
  });
}

export function outlookTable(rows: Figure[], { t, fmt }: Wording): ChartTable {
  return chartTable<Figure>({
    file: "dangol-value-outlook",
    rows,
    columns: [
      { key: "what", label: t("value.outlookWhat"), value: (r) => r.label },
      figure(
        "amount",
        t("value.amount"),
        (r) => r.value,
        (v) => fmt.money(v, true),
      ),
      figure(
        "low",
        t("value.low"),
        (r) => r.low,
        (v) => fmt.money(v, true),
      ),
      figure(
        "high",
        t("value.high"),
        (r) => r.high,
        (v) => fmt.money(v, true),
      ),
    ],
  });
}

const SYMBOLS: Record<string, string> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  "r / alpha": "r ÷ α",
  "s / beta": "s ÷ β",
  "a / (a + b)": "a ÷ (a + b)",
};
type Parameter = ParameterEstimate & { of: "purchases" | "spend" };

export function parameterTable(result: Value, { t, fmt }: Wording): ChartTable {
  const rows: Parameter[] = [
    ...result.model.parameters.map((one) => ({ ...one, of: "purchases" as const })),
    ...(result.spend?.parameters ?? []).map((one) => ({ ...one, of: "spend" as const })),
  ];
  const estimate = (value: number | null) => estimateText(value, fmt);
  return chartTable<Parameter>({
    file: "dangol-value-parameters",
    rows,
    columns: [
      { key: "name", label: t("value.parameter"), value: (p) => SYMBOLS[p.name] ?? p.name },
      figure("estimate", t("value.estimate"), (p) => p.value, estimate),
      figure("error", t("value.standardError"), (p) => p.standard_error, estimate),
      figure("low", t("value.low"), (p) => p.low, estimate),
      figure("high", t("value.high"), (p) => p.high, estimate),
      { key: "of", label: t("value.of"), value: (p) => t(`value.of.${p.of}`) },
      {
        key: "meaning",
        wrap: true,
        label: t("value.meaning"),
        value: (p) => t.named("value.parameter", p.name),
      },
    ],
  });
}

type Compared = Value["model"]["compared"][number];

export function comparedColumns(
  nameOf: (model: string) => string,
  { t, fmt }: Wording,
): Column<Compared>[] {
  return [
    {
      key: "model",
      label: t("value.model"),
      value: (m) => (m.chosen ? `${nameOf(m.model)} · ${t("value.chosen")}` : nameOf(m.model)),
    },
    figure(
      "heldOut",
      t("value.heldOut"),
      (m) => m.held_out_log_likelihood,
      (v) => fmt.decimal(v, 4),
    ),
  ];
}
