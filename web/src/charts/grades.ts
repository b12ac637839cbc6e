/** Charts of the grades: what drives the clusters, customers by score, coupons by grade. */
import type { GradeCoupons, GradeFactor, GradeRow, GradeScore } from "$/api";
import { namedBars } from "./bars";
import { axisTitle, base, categoryAxis, lines, tooltip, valueAxis } from "./base";
import type { ChartContext, Option } from "./context";

/** Factors as bars of their weight, the heaviest on top. */
export function importanceChart(factors: GradeFactor[], context: ChartContext): Option {
  const { palette, fmt, t } = context;
  return namedBars(
    [...factors]
      .sort((a, b) => b.weight - a.weight)
      .map((row) => ({
        label: t.words(row.title),
        value: row.weight,
        text: fmt.percent(row.weight),
        colour: palette.accent,
        tip: lines(t.words(row.title), [[t("grades.weight"), fmt.percent(row.weight, 1)]]),
      })),
    context,
    { room: 48 },
  );
}

/** Customers by weighted score, each bar in the colour of its grade. */
export function scoreChart(
  scores: GradeScore[],
  colourOf: (grade: string) => string,
  nameOf: (grade: string) => string,
  context: ChartContext,
): Option {
  const { fmt, t } = context;
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 10, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = scores[item.dataIndex];
        return row
          ? lines(`${fmt.number(row.from, 1)} – ${fmt.number(row.from + 0.1, 1)}`, [
              [t("term.customers"), fmt.number(row.customers)],
              [t("grades.grade"), nameOf(row.grade)],
            ])
          : "";
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        scores.map((row) => fmt.number(row.from, 1)),
      ),
      ...axisTitle(context, t("grades.score")),
    },
    yAxis: valueAxis(context, (value) => fmt.numberShort(value)),
    series: [
      {
        type: "bar",
        barCategoryGap: "12%",
        data: scores.map((row) => ({
          value: row.customers,
          segment: row.grade,
          itemStyle: { color: colourOf(row.grade) },
        })),
      },
    ],
  };
}

export const COUPON_STATES = ["used", "clicked", "not_used", "unknown"] as const;
export type CouponState = (typeof COUPON_STATES)[number];
export const couponMeasures = ["share", "lines"] as const;
type CouponMeasure = (typeof couponMeasures)[number];

/** States of coupons by grade: shares of each grade's order lines, or counts. */
export function couponChart(
  coupons: GradeCoupons[],
  grades: GradeRow[],
  measure: CouponMeasure,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const rows = grades.filter((grade) => grade.customers > 0).reverse();
  const states = COUPON_STATES.filter((state) => coupons.some((row) => row.status === state));
  const colours = [palette.accent, palette.categorical[4], palette.quiet, palette.quieter];
  const of = (grade: string, state: string) =>
    coupons.find((row) => row.grade === grade && row.status === state);
  return {
    ...base(context),
    grid: { left: 4, right: 16, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const grade = rows[item.dataIndex];
        return grade
          ? lines(
              t.words(grade.name),
              states.map((state): [string, string] => {
                const found = of(grade.grade, state);
                return [
                  t(`grades.coupon.${state}`),
                  `${fmt.number(found?.lines ?? 0)} · ${fmt.percent(found?.share ?? 0, 1)}`,
                ];
              }),
            )
          : "";
      },
    },
    xAxis: {
      ...valueAxis(context, (value) =>
        measure === "share" ? fmt.percent(value) : fmt.numberShort(value),
      ),
      ...(measure === "share" ? { max: 1, interval: 0.25 } : {}),
    },
    yAxis: {
      ...categoryAxis(
        context,
        rows.map((grade) => t.words(grade.name)),
      ),
      axisLabel: { color: palette.ink, fontSize: 12 },
    },
    series: states.map((state) => ({
      type: "bar",
      stack: "states",
      barMaxWidth: 20,
      data: rows.map((grade) => of(grade.grade, state)?.[measure] ?? 0),
      itemStyle: { color: colours[COUPON_STATES.indexOf(state)] },
      label:
        measure === "share"
          ? {
              show: state === "used" || state === "clicked",
              fontSize: 11,
              color:
                state === "used"
                  ? palette.onAccent
                  : palette.name === "light"
                    ? "#1b1f22"
                    : "#121517",
              formatter: ({ value }: { value: number }) =>
                value >= 0.08 ? fmt.percent(value) : "",
            }
          : { show: false },
    })),
  };
}
