/** Charts of the promotions page: sales with the promotions on them. */
import type { PromotionRow, SalesPoint } from "$/api";
import type { Granularity } from "$/format";
import { base, categoryAxis, FONT, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

/** Sales as a line; promotions as bands behind it, with their names where there is room. */
export function salesChart(
  points: SalesPoint[],
  promotions: Pick<PromotionRow, "name" | "from" | "until">[],
  by: Granularity,
  context: ChartContext,
): Option {
  const { palette, fmt, t, compact } = context;
  const index = (iso: string, after: boolean) => {
    const at = points.findIndex((point) => point.from > iso);
    const found = at === -1 ? points.length - 1 : at - 1;
    return Math.max(0, after ? found : found);
  };
  const bands = promotions.map((one) => ({
    name: one.name,
    from: index(one.from, false),
    until: index(one.until, true),
  }));
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
        points.map((point) => fmt.periodShort(point.from, by)),
      ),
      boundaryGap: false,
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
          const shown = bands
            .filter((_, at) => at !== item.dataIndex)
            .every((other) => {
              const [x] = api.coord([other.from, 0]);
              return Math.abs(x - left) > 74 || x < left;
            });
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
              ...(compact || !shown
                ? []
                : [
                    {
                      type: "text",
                      style: {
                        x: Math.min(left, context.width - 80),
                        y: 12,
                        text: band.name,
                        width: 96,
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
