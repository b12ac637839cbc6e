import { describe, expect, it } from "vitest";
import type { CouponPlan, PlanCell } from "$/api";
import { formatter } from "$/format";
import { translator } from "$/i18n";
import { light } from "$/theme/tokens";
import type { ChartContext } from "./context";
import { couponText, coverText, planDetails, planHeatmap } from "./coupons";

const context: ChartContext = {
  palette: light,
  fmt: formatter({ language: "en", locale: "en-GB", currency: "GBP", timeZone: "UTC" }),
  t: translator("en"),
  width: 1000,
  height: 300,
  compact: false,
};

const cell: PlanCell = {
  key: "a",
  name: "Heater",
  month: "2024-04",
  units: 30,
  units_low: 20,
  units_high: 41,
  index: 0.5,
  stock: 3000,
  cover_months: null,
  excess: 2909,
  discount: 0.3,
  reason: "weak_and_overstocked",
  why: { en: "Too much.", ko: "많아요." },
  cost: 900,
  break_even_units: 120,
  break_even_lift: 3,
};
const none: PlanCell = {
  ...cell,
  discount: null,
  cost: null,
  break_even_units: null,
  reason: "strong",
};

describe("the coupon planner", () => {
  it("says size and reason as far as there is room", () => {
    expect(couponText(cell, 300, context)).toBe("−30% · weak, overstocked");
    expect(couponText(cell, 80, context)).toBe("−30%");
    expect(couponText(none, 300, context)).toBe("sells anyway");
    expect(couponText(none, 80, context)).toBe("–");
  });

  it("tells a stock that lasts for years from one that is not known", () => {
    expect(coverText(cell, context)).toBe("over 2 years");
    expect(coverText({ ...cell, cover_months: 3.26 }, context)).toBe("3.3 mo.");
    expect(coverText({ ...cell, stock: null }, context)).toBe("");
    const labels = planDetails({ ...none, stock: null }, context).map(([label]) => label);
    expect(labels).toEqual(["Coupon", "Units expected", "Against the average month"]);
  });

  it("has a cell for each product and month, the second row below the first", () => {
    const plan = {
      months: ["2024-04", "2024-05"],
      items: [{ name: "Heater" }, { name: "Fan" }],
      cells: [cell, { ...cell, month: "2024-05" }, { ...none, name: "Fan" }, none],
    } as unknown as CouponPlan;
    const option = planHeatmap(plan, "coupon", 0.3, context) as {
      series: { data: [number, number][] }[];
      tooltip: { formatter: (item: { value: [number, number] }) => string };
    };
    expect(option.series[0]?.data).toHaveLength(4);
    expect(option.tooltip.formatter({ value: [0, 1] })).toContain("Fan");
    expect(option.tooltip.formatter({ value: [1, 0] })).toContain("May 2024");
  });
});
