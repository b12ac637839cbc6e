/** Charts of the promotions page: sales with the promotions on them. */
import type { PromotionRow, SalesPoint } from "$/api";
import type { Granularity } from "$/format";
import { base, categoryAxis, FONT, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

/** Each month is named once, where it begins; the first only where most of it is there. */
function monthLabels(points: SalesPoint[], context: ChartContext) {
  const month = (at: number) => points[at]?.from.slice(0, 7);
  return {
    ...categoryAxis(context, []).axisLabel,
    interval: (at: number) =>
      at === 0 ? month(0) === month(Math.ceil(points.length / 24)) : month(at) !== month(at - 1),
  };
}

/** Sales as a line; promotions as bands behind it, with their names where there is room. */
export function salesChart(
  points: SalesPoint[],
  promotions: Pick<PromotionRow, "name" | "from" | "until">[],
  by: Granularity,
  context: ChartContext,
): Option {
  const { palette, fmt, t, compact } = context;
  const index = (iso: string) => {
    const at = points.findIndex((point) => point.from > iso);
    return Math.max(0, (at === -1 ? points.length : at) - 1);
  };
  const bands = promotions.map((one) => ({
    name: one.name,
    from: index(one.from),
    until: index(one.until),
  }));
  // A day without its year says nothing where there are several of them.
  const [first, last] = [points[0]?.from ?? "", points.at(-1)?.from ?? ""];
  const years = by !== "month" && Date.parse(last) - Date.parse(first) > 300 * 86_400_000;
  return {
    ...base(context),
    grid: { left: 4, right: 10, top: compact ? 8 : 26, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const point = points[items[0]?.dataIndex ?? 0];
        if (!point) return "";
        const names = point.promotions.map((name): [string, string] => [
          t("promotions.promotion"),
          name,
        ]);
        return lines(fmt.period(point.from, by), [
          [t("term.revenue"), fmt.money(point.revenue, true)],
          [t("promotions.withOffer"), fmt.money(point.revenue_with_offer, true)],
          ...names,
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        points.map((point) => fmt.periodShort(point.from, years ? "month" : by)),
      ),
      boundaryGap: false,
      ...(years ? { axisLabel: monthLabels(points, context) } : {}),
    },
    yAxis: valueAxis(context, (value) => fmt.moneyShort(value)),
    series: [
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: [0, 1] },
        data: bands.map((band) => [band.from, band.until]),
        renderItem: (item: { dataIndex: number; coordSys?: unknown }, api: CustomApi) => {
          const band = bands[item.dataIndex];
          if (!band) return null;
          const [left, bottom] = api.coord([band.from, 0]);
          const [right] = api.coord([band.until, 0]);
          const top = compact ? 8 : 26;
          // Up to the next one's name, or to the edge.
          const next = bands
            .map((other) => api.coord([other.from, 0])[0])
            .filter((x) => x > left)
            .reduce((nearest, x) => Math.min(nearest, x), context.width);
          const room = next - left - 8;
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: {
                  x: left - 2,
                  y: top,
                  width: Math.max(4, right - left + 4),
                  height: bottom - top,
                },
                style: { fill: palette.accentSoft },
              },
              ...(compact || room < 60
                ? []
                : [
                    {
                      type: "text",
                      style: {
                        x: left,
                        y: 12,
                        text: band.name,
                        width: room,
                        overflow: "truncate",
                        ellipsis: "…",
                        verticalAlign: "middle",
                        fill: palette.muted,
                        font: `11px ${FONT}`,
                      },
                    },
                  ]),
            ],
          };
        },
      },
      {
        type: "line",
        data: points.map((point) => point.revenue),
        symbol: "none",
        lineStyle: { width: 1.75, color: palette.accent },
        areaStyle: { color: palette.accent, opacity: 0.1 },
        emphasis: { disabled: true },
      },
    ],
  };
}
