import { describe, expect, it } from "vitest";
import type { GroupValue, ModelCheck, TrackingPoint, ValueBin, ValueSurface } from "$/api";
import { toCsv } from "$/components/download";
import { formatter } from "$/format";
import { translator } from "$/i18n";
import { modelsTable } from "$/pages/value/check-tables";
import {
  estimateText,
  hasInterval,
  horizonText,
  intervalOf,
  modelName,
  valueQuery,
} from "$/pages/value/query";
import { surfaceTable, topTable } from "$/pages/value/tables";
import { defaults } from "$/state/url";
import { light } from "$/theme/tokens";
import type { ChartContext } from "./context";
import { aheadChart, silenceChart } from "./customer";
import {
  groupChart,
  groupFigure,
  placeRange,
  rangeText,
  rowEdges,
  surfaceChart,
  surfaceShade,
  valueDistributionChart,
} from "./value";
import { calibrationChart, cutoffAt, modelErrorChart, trackingChart } from "./value-check";

const context: ChartContext = {
  palette: light,
  fmt: formatter({ language: "en", locale: "en-GB", currency: "GBP", timeZone: "UTC" }),
  t: translator("en"),
  width: 800,
  height: 300,
  compact: false,
};
const ui = { t: context.t, fmt: context.fmt };

interface Series {
  data: unknown[];
}
const series = (option: object) => (option as { series: Series[] }).series;
const tip = (option: object, item: unknown) =>
  (option as { tooltip: { formatter: (item: unknown) => string } }).tooltip.formatter(item);

describe("the surface", () => {
  const surface: ValueSurface = {
    age_days: 100,
    repeats: [0, 3, 6],
    days_since_last: [0, 50, 100],
    cells: [
      { repeats: 0, days_since_last: 0, probability_alive: 1, expected_purchases: 2 },
      { repeats: 3, days_since_last: 50, probability_alive: 0.25, expected_purchases: 0.5 },
      { repeats: 6, days_since_last: 0, probability_alive: 0.9, expected_purchases: 8 },
    ],
    people: [
      { repeats: 0, days_since_last: 0, customers: 40 },
      { repeats: 6, days_since_last: 100, customers: 1 },
    ],
  };

  it("says whose customers stand at a place: the nearest counts, the upper one at a tie", () => {
    expect(placeRange([0, 3, 6], 0)).toEqual([0, 1]);
    expect(placeRange([0, 3, 6], 1)).toEqual([2, 4]);
    expect(placeRange([0, 3, 6], 2)).toEqual([5, null]);
    expect(placeRange([0, 2, 4], 0)).toEqual([0, 0]);
    expect([0, 1, 2].map((at) => placeRange([0, 1, 2], at))).toEqual([
      [0, 0],
      [1, 1],
      [2, null],
    ]);
    expect(rangeText([0, 1], context.fmt)).toBe("0–1");
    expect(rangeText([5, null], context.fmt)).toBe("5+");
  });

  it("gives rows of few purchases more room, and leaves none out", () => {
    const edges = rowEdges([0, 3, 6, 9]);
    expect(edges).toHaveLength(5);
    expect([edges[0], edges.at(-1)]).toEqual([0, 1]);
    const heights = edges.slice(1).map((edge, at) => edge - (edges[at] ?? 0));
    expect(heights.every((height) => height > 0)).toBe(true);
    expect(heights[0]).toBeGreaterThan(heights[1] ?? 1);
  });

  it("shades probabilities as they are and purchases by their root", () => {
    expect(surfaceShade(0.25, 1, "probability_alive")).toBe(0.25);
    expect(surfaceShade(2, 8, "expected_purchases")).toBe(0.5);
    expect(surfaceShade(9, 8, "expected_purchases")).toBe(1);
  });

  it("draws every place, also those where nobody can be, and tells of them", () => {
    const option = surfaceChart(surface, "probability_alive", context);
    expect(series(option)[0]?.data).toHaveLength(9);
    expect(tip(option, { value: [1, 1] })).toContain("25.0%");
    const impossible = tip(option, { value: [2, 2] });
    expect(impossible).toContain("5+ repeats");
    expect(impossible).not.toContain("Still a customer");
  });

  it("has its customers in the table", () => {
    const csv = toCsv(surfaceTable(surface, ui));
    expect(csv).toContain("0,0,1,2,40");
    expect(csv).toContain("3,50,0.25,0.5,0");
  });
});

describe("how value is spread", () => {
  const bins: ValueBin[] = [
    { from: 0, to: 10, customers: 6, value: 30 },
    { from: 10, to: 100, customers: 2, value: 90 },
  ];

  it("draws customers or their value, and marks median and mean", () => {
    const marks = { median: 5, mean: 15 };
    const customers = series(valueDistributionChart(bins, marks, "customers", context));
    expect(customers[0]?.data).toEqual([
      [0, 6],
      [1, 2],
    ]);
    expect(customers[1]?.data[0]).toEqual([0.5]);
    const value = series(valueDistributionChart(bins, marks, "value", context));
    expect(value[0]?.data[1]).toEqual([1, 90]);
    const none = valueDistributionChart(bins, { median: null, mean: null }, "value", context);
    expect(series(none)[1]?.data).toEqual([]);
  });

  it("says shares in the tooltip", () => {
    const option = valueDistributionChart(bins, { median: 5, mean: 15 }, "customers", context);
    expect(tip(option, { dataIndex: 1 })).toContain("25.0%");
    expect(tip(option, { dataIndex: 1 })).toContain("75.0%");
  });
});

const group = (key: string, customers: number, value: number | null): GroupValue => ({
  key,
  name: { en: key, ko: key },
  customers,
  share: customers / 100,
  probability_alive: 0.5,
  expected_purchases: customers * 2,
  value,
  value_share: value === null ? null : value / 1000,
  mean_value: value === null ? null : value / customers,
  revenue: 10,
  mean_historical_value: 1,
});

describe("groups", () => {
  it("are ordered by what is shown", () => {
    const groups = [group("many", 90, 600), group("few", 10, 400)];
    const order = (measure: "mean" | "sum") =>
      (groupChart(groups, measure, { name: (one) => one.key }, context).yAxis as { data: string[] })
        .data;
    expect(order("sum")).toEqual(["many", "few"]);
    expect(order("mean")).toEqual(["few", "many"]);
  });

  it("show purchases where there is no money", () => {
    expect(groupFigure(group("one", 10, null), "sum")).toBe(20);
    expect(groupFigure(group("one", 10, null), "mean")).toBe(2);
  });
});

describe("intervals", () => {
  it("are read where they are there, and told from those that are left open", () => {
    expect(intervalOf({ value_low: 1, value_high: 2 }, "value")).toEqual({ low: 1, high: 2 });
    expect(intervalOf({ value_low: null, value_high: null }, "value")).toBeNull();
    expect(hasInterval({ value_low: null }, "value")).toBe(true);
    expect(hasInterval({}, "value")).toBe(false);
  });

  it("stand in the list of customers where there are any", () => {
    const customer = {
      customer_id: "7",
      repeats: 3,
      first_to_last_days: 40,
      age_days: 50,
      mean_spend: 9,
      probability_alive: 0.9,
      expected_purchases: 2.5,
      expected_spend: 10,
      value: 25,
      revenue: 30,
      historical_value: 60,
    };
    const keys = (row: object) => topTable([row as never], ui).columns.map((one) => one.key);
    expect(keys(customer)).not.toContain("low");
    expect(keys({ ...customer, purchases_low: 1, purchases_high: 4 })).toContain("high");
    expect(keys({ ...customer, value: null })).not.toContain("spend");
    expect(toCsv(topTable([customer as never], ui))).toContain("7,25,0.9,2.5,10,3,10,30,60");
  });
});

describe("the check", () => {
  const point = (until: string, held_out: boolean): TrackingPoint => ({
    until,
    actual: 5,
    expected: 4.5,
    cumulative_actual: 10,
    cumulative_expected: 9,
    held_out,
  });
  const points = [
    point("2024-01-07", false),
    point("2024-01-14", false),
    point("2024-01-21", true),
  ];
  const model = (key: string, error: number, baseline = false): ModelCheck => ({
    model: key,
    name: { en: key === "mbg_cnbd" ? "MBG/NBD" : key, ko: key },
    baseline,
    chosen: key === "mbg_nbd",
    log_likelihood: null,
    held_out_log_likelihood: null,
    mean_absolute_error: error / 2,
    root_mean_squared_error: error,
    expected_purchases: 100,
    total_error: null,
    boundary: null,
  });

  it("marks the cut-off between the last week fitted on and the first foretold", () => {
    expect(cutoffAt(points)).toBe(1.5);
    expect(cutoffAt(points.slice(0, 2))).toBeNull();
    expect(series(trackingChart(points.slice(0, 2), "weekly", "M", context))[0]?.data).toEqual([]);
  });

  it("tracks by week or cumulatively", () => {
    expect(series(trackingChart(points, "weekly", "M", context))[1]?.data).toEqual([5, 5, 5]);
    expect(series(trackingChart(points, "cumulative", "M", context))[2]?.data).toEqual([9, 9, 9]);
  });

  it("names the last row of the calibration as open", () => {
    const row = {
      repeats: 3,
      or_more: true,
      customers: 2,
      actual: 1,
      expected: 2,
      same_as_before: 3,
    };
    const option = calibrationChart([row], "M", context);
    expect((option.xAxis as { data: string[] }).data).toEqual(["3+"]);
    expect((option.yAxis as { min: number }).min).toBe(0);
  });

  it("puts the model with the smallest error first", () => {
    const models = [model("zero", 3, true), model("mbg_nbd", 1)];
    const option = modelErrorChart(models, (one) => one.model, context);
    expect((option.yAxis as { data: string[] }).data).toEqual(["mbg_nbd", "zero"]);
  });

  it("tells two models of one name apart", () => {
    expect(modelName(model("mbg_cnbd", 1), context.t)).toBe("MBG/CNBD-k (k = 1)");
    expect(modelName(model("mbg_nbd", 1), context.t)).toBe("mbg_nbd");
    expect(toCsv(modelsTable([model("zero", 3, true)], ui))).toContain("guess");
  });
});

describe("one customer's future", () => {
  const points = [0, 3].map((expected_purchases) => ({
    until: "2024-01-01",
    expected_purchases,
    low: 0,
    high: 2 * expected_purchases,
    alive_if_silent: 0.5,
    has_bought: 0.75,
  }));

  it("has its range around what is expected", () => {
    const option = aheadChart(points, context);
    expect(series(option)[0]?.data).toEqual([
      [0, 0, 0],
      [1, 0, 6],
    ]);
    expect(tip(option, [{ dataIndex: 1 }])).toContain("0 – 6");
  });

  it("shows the chance to lose them on a whole scale", () => {
    const option = silenceChart(points, context);
    expect((option.yAxis as { min: number; max: number }).min).toBe(0);
    expect((option.yAxis as { max: number }).max).toBe(1);
  });
});

describe("what the page asks for", () => {
  it("leaves to the shop what is not chosen", () => {
    const { top, ...rest } = valueQuery(defaults.value);
    expect(top).toBeGreaterThan(0);
    expect(Object.values(rest).every((value) => value === undefined || value === "")).toBe(true);
  });

  it("turns percentages into shares", () => {
    const query = valueQuery({ ...defaults.value, margin: "35", discount: "0" });
    expect([query.margin, query.discount_rate]).toEqual([0.35, 0]);
  });

  it("names a horizon by its months, and another by its days", () => {
    expect(horizonText(365, context.t)).toBe("12 months");
    expect(horizonText(400, context.t)).toBe("400 days");
  });
});

describe("estimates", () => {
  it.each([
    [0.00345, "0.00345"],
    [0.5619, "0.562"],
    [12.56, "12.6"],
    [33301.49, "33,301"],
    [0, "0"],
    [null, "–"],
  ])("%s is written %s", (value, text) => {
    expect(estimateText(value, context.fmt)).toBe(text);
  });
});
