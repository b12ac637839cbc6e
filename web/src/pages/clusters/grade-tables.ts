/** The tables behind the pictures of the grades. */
import type { GradeCoupons, GradeFactor, GradeRow, GradeScore } from "$/api";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";
import type { CouponState } from "$/charts/grades";

export function factorTable(factors: GradeFactor[], { t, fmt }: Wording): ChartTable {
  const edge = (key: "first_edge" | "second_edge" | "third_edge", label: string) =>
    figure<GradeFactor>(
      key,
      label,
      (f) => f[key],
      (v) => fmt.number(v, 1),
    );
  return chartTable<GradeFactor>({
    file: "dangol-grades-weights",
    rows: factors,
    columns: [
      { key: "factor", label: t("grades.factor"), value: (f) => t.words(f.title) },
      figure(
        "importance",
        t("grades.importance"),
        (f) => f.importance,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "weight",
        t("grades.weight"),
        (f) => f.weight,
        (v) => fmt.percent(v, 1),
      ),
      edge("first_edge", t("grades.edge1")),
      edge("second_edge", t("grades.edge2")),
      edge("third_edge", t("grades.edge3")),
    ],
  });
}

export function scoreTable(
  scores: GradeScore[],
  nameOf: (grade: string) => string,
  { t, fmt }: Wording,
): ChartTable {
  return chartTable<GradeScore>({
    file: "dangol-grades-scores",
    rows: scores,
    columns: [
      figure(
        "from",
        t("grades.score"),
        (s) => s.from,
        (v) => fmt.decimal(v),
      ),
      { key: "grade", label: t("grades.grade"), value: (s) => nameOf(s.grade) },
      figure(
        "customers",
        t("term.customers"),
        (s) => s.customers,
        (v) => fmt.number(v),
      ),
    ],
  });
}

export function gradeTable(grades: GradeRow[], { t, fmt }: Wording): ChartTable {
  return chartTable<GradeRow>({
    file: "dangol-grades",
    rows: grades,
    columns: [
      { key: "grade", label: t("grades.grade"), value: (g) => t.words(g.name) },
      figure(
        "from",
        t("grades.from"),
        (g) => g.from,
        (v) => fmt.decimal(v),
      ),
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
        (v) => fmt.percent(v),
      ),
      figure(
        "revenue",
        t("term.revenue"),
        (g) => g.revenue,
        (v) => fmt.moneyShort(v),
      ),
      figure(
        "revenueShare",
        t("term.revenueShare"),
        (g) => g.revenue_share,
        (v) => fmt.percent(v),
      ),
      figure(
        "recency",
        t("grades.recency"),
        (g) => g.recency_days,
        (v) => fmt.number(v),
      ),
      figure(
        "repeats",
        t("grades.repeats"),
        (g) => g.repeats,
        (v) => fmt.decimal(v),
      ),
      figure(
        "value",
        t("grades.expected"),
        (g) => g.expected_value,
        (v) => fmt.moneyShort(v),
      ),
    ],
  });
}

export function couponTable(
  coupons: GradeCoupons[],
  nameOf: (grade: string) => string,
  { t, fmt }: Wording,
): ChartTable {
  return chartTable<GradeCoupons>({
    file: "dangol-grades-coupons",
    rows: coupons,
    columns: [
      { key: "grade", label: t("grades.grade"), value: (c) => nameOf(c.grade) },
      {
        key: "status",
        label: t("grades.couponState"),
        value: (c) => t(`grades.coupon.${c.status as CouponState}`),
      },
      figure(
        "lines",
        t("grades.couponMeasure.lines"),
        (c) => c.lines,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("grades.couponMeasure.share"),
        (c) => c.share,
        (v) => fmt.percent(v, 1),
      ),
    ],
  });
}
