/** The tables behind the pictures of the check. */
import type { ModelCheck, RepeatsRow, RevenueCheck, TrackingPoint } from "$/api";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";
import { repeatsText } from "$/charts/value-check";
import { modelName } from "./query";

export function trackingTable(points: TrackingPoint[], { t, fmt }: Wording): ChartTable {
  return chartTable<TrackingPoint>({
    file: "dangol-value-tracking",
    rows: points,
    columns: [
      {
        key: "until",
        label: t("check.week"),
        value: (p) => p.until,
        text: (p) => fmt.date(p.until),
      },
      {
        key: "phase",
        label: t("check.phase"),
        value: (p) => (p.held_out ? t("check.after") : t("check.before")),
      },
      figure(
        "actual",
        t("check.actual"),
        (p) => p.actual,
        (v) => fmt.number(v),
      ),
      figure(
        "expected",
        t("check.expected"),
        (p) => p.expected,
        (v) => fmt.decimal(v),
      ),
      figure(
        "cumulativeActual",
        t("check.cumulativeActual"),
        (p) => p.cumulative_actual,
        (v) => fmt.number(v),
      ),
      figure(
        "cumulativeExpected",
        t("check.cumulativeExpected"),
        (p) => p.cumulative_expected,
        (v) => fmt.decimal(v),
      ),
    ],
  });
}

export function calibrationTable(rows: RepeatsRow[], { t, fmt }: Wording): ChartTable {
  const mean = (value: number | null) => fmt.decimal(value, 2);
  return chartTable<RepeatsRow>({
    file: "dangol-value-calibration",
    rows,
    columns: [
      {
        key: "repeats",
        label: t("check.repeatsAxis"),
        numeric: true,
        value: (r) => r.repeats,
        text: (r) => repeatsText(r, { fmt }),
      },
      figure(
        "customers",
        t("term.customers"),
        (r) => r.customers,
        (v) => fmt.number(v),
      ),
      figure("actual", t("check.actual"), (r) => r.actual, mean),
      figure("expected", t("check.expected"), (r) => r.expected, mean),
      figure("same", t("check.model.same_as_before"), (r) => r.same_as_before, mean),
    ],
  });
}

export function modelsTable(models: ModelCheck[], { t, fmt }: Wording): ChartTable {
  return chartTable<ModelCheck>({
    file: "dangol-value-models",
    rows: models,
    columns: [
      { key: "model", label: t("value.model"), value: (m) => modelName(m, t) },
      figure(
        "rmse",
        t("check.rmse"),
        (m) => m.root_mean_squared_error,
        (v) => fmt.decimal(v, 3),
      ),
      figure(
        "mae",
        t("check.mae"),
        (m) => m.mean_absolute_error,
        (v) => fmt.decimal(v, 3),
      ),
      figure(
        "total",
        t("check.total"),
        (m) => m.expected_purchases,
        (v) => fmt.number(v),
      ),
      figure(
        "error",
        t("check.totalError"),
        (m) => m.total_error,
        (v) => (v === null ? fmt.number(null) : fmt.change(v)),
      ),
      figure(
        "heldOut",
        t("check.logLikelihood"),
        (m) => m.held_out_log_likelihood,
        (v) => fmt.decimal(v, 4),
      ),
      {
        key: "kind",
        label: t("check.kind"),
        value: (m) =>
          m.baseline
            ? t("check.baseline")
            : [m.chosen ? t("value.chosen") : "", m.boundary ? t("value.boundary") : ""]
                .filter(Boolean)
                .join(" · ") || "–",
      },
    ],
  });
}

export function revenueTable(revenue: RevenueCheck, { t, fmt }: Wording): ChartTable {
  interface Row {
    what: string;
    value: number | null;
    text: string;
  }
  const money = (what: string, value: number): Row => ({ what, value, text: fmt.money(value) });
  return chartTable<Row>({
    file: "dangol-value-revenue-check",
    rows: [
      money(t("check.actual"), revenue.actual),
      money(t("check.expected"), revenue.expected),
      {
        what: t("check.totalError"),
        value: revenue.error,
        text: revenue.error === null ? fmt.number(null) : fmt.change(revenue.error),
      },
      money(t("check.revenueMae"), revenue.mean_absolute_error),
      money(t("check.revenueMaeSame"), revenue.same_as_before_mean_absolute_error),
      {
        what: t("check.bestTenth"),
        value: revenue.best_tenth_found,
        text: fmt.percent(revenue.best_tenth_found),
      },
    ],
    columns: [
      { key: "what", label: t("check.measure"), value: (r) => r.what },
      {
        key: "value",
        label: t("check.figure"),
        numeric: true,
        value: (r) => r.value,
        text: (r) => r.text,
      },
    ],
  });
}
