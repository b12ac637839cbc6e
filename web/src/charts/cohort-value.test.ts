import { describe, expect, it } from "vitest";
import type { CohortOutlook } from "$/api";
import { formatter } from "$/format";
import { translator } from "$/i18n";
import { light } from "$/theme/tokens";
import type { ChartContext } from "./context";
import { cohortValueBars, cohortValueMinWidth, valueColours } from "./cohort-value";

const context: ChartContext = {
  palette: light,
  fmt: formatter({ language: "en", locale: "en-GB", currency: "GBP", timeZone: "UTC" }),
  t: translator("en"),
  width: 800,
  height: 300,
  compact: false,
};

const row = (state: CohortOutlook["state"], value: number | null): CohortOutlook => ({
  cohort: "2024-01-01",
  size: 10,
  months: 12,
  until: "2024-12-31",
  state,
  so_far: 30,
  value,
  low: state === "projected" ? 40 : null,
  high: state === "projected" ? 60 : null,
  as_older_cohorts: null,
  growing: false,
});

describe("values of cohorts", () => {
  const rows = [row("observed", 55), row("projected", 50), row("open", null)];
  const option = cohortValueBars(rows, "month", "", context) as {
    series: { data: { value: number; itemStyle: { color: string; borderWidth?: number } }[] }[];
    yAxis: { max: number };
  };
  const [solid, expected] = option.series;

  it("are bars whose parts add up to the value", () => {
    const sums = rows.map(
      (_, at) => (solid?.data[at]?.value ?? 0) + (expected?.data[at]?.value ?? 0),
    );
    expect(sums).toEqual([55, 50, 30]);
  });

  it("look different observed, projected and open", () => {
    const colours = solid?.data.map((one) => one.itemStyle.color);
    expect(new Set(colours).size).toBe(3);
    expect(colours?.[0]).toBe(valueColours(context).observed);
    expect(expected?.data.map((one) => one.itemStyle.borderWidth)).toEqual([0, 1, 0]);
  });

  it("leave room for the longest interval", () => {
    expect(option.yAxis.max).toBeGreaterThanOrEqual(60);
    expect(cohortValueMinWidth(24, true)).toBeGreaterThan(390);
  });
});
