import { describe, expect, it } from "vitest";
import type { ProfileCell, ProfileDimension, ProfileValue } from "$/api";
import { formatter } from "$/format";
import { light } from "$/theme/tokens";
import { amountText, apartRows, indexColour, pText, rowsOf } from "./profile";

const fmt = formatter({ language: "en", locale: "en-GB", currency: "KRW", timeZone: "UTC" });

const dimension = (name: string, measure: ProfileDimension["measure"]): ProfileDimension => ({
  dimension: name,
  title: { en: name, ko: name },
  measure,
  method: null,
  statistic: null,
  degrees_of_freedom: null,
  p_value: null,
  adjusted_p: null,
  effect: null,
  verdict: { en: "", ko: "" },
});

const value = (of: string, key: string): ProfileValue => ({
  dimension: of,
  value: key,
  label: { en: key, ko: key },
  by_construction: false,
  method: null,
  statistic: null,
  p_value: null,
  adjusted_p: null,
  effect: null,
  trend_method: null,
  trend: null,
  trend_p: null,
  trend_adjusted_p: null,
  trend_effect: null,
});

const cell = (key: string, index: number, half: number, differs = true): ProfileCell => ({
  dimension: "mix",
  value: key,
  group: "vip",
  customers: 100,
  amount: 0.2,
  others: 20 / index,
  index,
  index_low: index / half,
  index_high: index * half,
  p_value: 0.01,
  adjusted_p: 0.02,
  differs,
});

const mix = dimension("mix", "share_of_units");
const rows = rowsOf(
  mix,
  ["a", "b", "c", "d"].map((key) => value("mix", key)),
  [cell("a", 130, 1.1), cell("b", 40, 1.2), cell("c", 300, 2.9), cell("d", 400, 1.1, false)],
);

describe("what sets a group apart", () => {
  it("goes by the end of the interval that is nearer to the average", () => {
    // 40 is at least 2.08 times away, 130 is 1.18 times, 300 with its wide interval 1.03 times.
    expect(apartRows(rows, "vip", 9).map((row) => row.value.value)).toEqual(["b", "a", "c"]);
    expect(apartRows(rows, "vip", 1)).toHaveLength(1);
    expect(apartRows(rows, "nobody", 9)).toEqual([]);
  });
});

describe("figures and colours", () => {
  it("are shares, money or numbers", () => {
    const [row] = rows;
    if (!row) throw new Error("no row");
    expect(amountText(row, 0.283, fmt)).toBe("28%");
    expect(amountText(row, 0.034, fmt)).toBe("3.4%");
    const figures = dimension("numbers", "per_customer");
    const figure = (key: string) => ({
      dimension: figures,
      value: value("numbers", key),
      cells: row.cells,
    });
    expect(amountText(figure("discount_share"), 0.5, fmt)).toBe("50%");
    expect(amountText(figure("mean_order_value"), 12_345, fmt)).toContain("₩");
    expect(amountText(figure("age"), 34.27, fmt)).toBe("34.3");
    expect(amountText(figure("age"), null, fmt)).toBe("–");
  });

  it("have the average as the ground, and twice as far as half", () => {
    expect(indexColour(light, 100)).toBe(light.quieter);
    expect(indexColour(light, null)).toBe(light.quieter);
    expect(indexColour(light, 400)).toBe(indexColour(light, 1000));
    expect(indexColour(light, 200)).not.toBe(indexColour(light, 50));
    expect(pText(0.0001, fmt)).toBe("< 0.001");
  });
});
