/** How customers and revenue are shared out among segments: treemap and donut. */
import type { SegmentFigures } from "$/api";
import { mix, textOn } from "$/theme/contrast";
import { base, lines, tooltip } from "./base";
import type { ChartContext, Option } from "./context";
import { textWidth } from "./text";

/** A segment with what a picture needs to show it. */
export interface NamedSegment extends SegmentFigures {
  name: string;
  colour: string;
}

export type Share = "customers" | "revenue";

const sizeOf = (segment: NamedSegment, share: Share) =>
  share === "customers" ? segment.customers : segment.monetary_sum;
/** No revenue at all has no shares; then every segment's is nothing. */
const shareOf = (segment: NamedSegment, share: Share) =>
  (share === "customers" ? segment.customer_share : segment.revenue_share) ?? 0;

function segmentTooltip(segments: NamedSegment[], context: ChartContext) {
  const { fmt, t } = context;
  return {
    ...tooltip(context),
    formatter: (item: { data?: { segment?: string } }) => {
      const segment = segments.find((one) => one.segment === item.data?.segment);
      if (!segment) return "";
      return lines(segment.name, [
        [
          t("term.customers"),
          `${fmt.number(segment.customers)} · ${fmt.percent(segment.customer_share, 1)}`,
        ],
        [
          t("term.revenue"),
          `${fmt.moneyShort(segment.monetary_sum)} · ${fmt.percent(segment.revenue_share, 1)}`,
        ],
        [t("term.recencyMean"), t("term.days", { days: fmt.number(segment.recency_mean) })],
        [t("term.monetaryMean"), fmt.money(segment.monetary_mean, true)],
      ]);
    },
  };
}

export function treemapChart(
  segments: NamedSegment[],
  share: Share,
  selected: string,
  context: ChartContext,
): Option {
  const { palette } = context;
  return {
    ...base(context),
    tooltip: segmentTooltip(segments, context),
    series: [
      {
        type: "treemap",
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        squareRatio: 0.9,
        itemStyle: { borderColor: palette.surface, borderWidth: 0, gapWidth: 2 },
        emphasis: { label: { show: true } },
        blur: { itemStyle: { opacity: 0.35 } },
        label: {
          position: [9, 8],
          fontSize: 12,
          lineHeight: 17,
          overflow: "truncate",
          rich: {
            share: {
              fontSize: context.compact ? 15 : 20,
              fontWeight: 650,
              lineHeight: 25,
              fontFamily: base(context).textStyle.fontFamily,
            },
            name: {
              fontSize: 12,
              fontWeight: 500,
              lineHeight: 17,
              fontFamily: base(context).textStyle.fontFamily,
            },
          },
        },
        data: segments
          .filter((segment) => sizeOf(segment, share) > 0)
          .map((segment) => ({
            name: segment.name,
            value: sizeOf(segment, share),
            segment: segment.segment,
            itemStyle: {
              color:
                selected && selected !== segment.segment
                  ? mix(segment.colour, palette.surface, 0.6)
                  : segment.colour,
            },
            label: {
              color: textOn(
                selected && selected !== segment.segment
                  ? mix(segment.colour, palette.surface, 0.6)
                  : segment.colour,
              ),
              formatter: treemapLabel(segment, share, context),
            },
          })),
      },
    ],
  };
}

/** As much of the label as the tile has room for; tiles are close to squares. */
function treemapLabel(
  segment: NamedSegment,
  share: Share,
  { fmt, width, height }: ChartContext,
): string {
  const value = shareOf(segment, share);
  const side = Math.sqrt(value * width * height);
  const percent = `{share|${fmt.percent(value, value < 0.1 ? 1 : 0)}}`;
  if (side < 74) return "";
  return textWidth(segment.name, 11) + 20 > 0.86 * side
    ? percent
    : `${percent}\n{name|${segment.name}}`;
}

export function donutChart(
  segments: NamedSegment[],
  share: Share,
  selected: string,
  context: ChartContext,
): Option {
  const { fmt, palette, t } = context;
  const total = segments.reduce((sum, segment) => sum + sizeOf(segment, share), 0);
  return {
    ...base(context),
    tooltip: segmentTooltip(segments, context),
    series: [
      {
        type: "pie",
        radius: ["46%", "70%"],
        center: ["50%", "50%"],
        startAngle: 90,
        minShowLabelAngle: 4,
        itemStyle: { borderColor: palette.surface, borderWidth: 2 },
        labelLine: { length: 8, length2: 8, lineStyle: { color: palette.faint } },
        label: {
          color: palette.ink,
          fontSize: 12,
          lineHeight: 16,
          overflow: "break",
          rich: {
            share: {
              fontWeight: 650,
              fontSize: 12,
              fontFamily: base(context).textStyle.fontFamily,
            },
          },
        },
        emphasis: { scale: true, scaleSize: 4 },
        blur: { itemStyle: { opacity: 0.35 }, label: { opacity: 0.5 } },
        data: segments
          .filter((segment) => sizeOf(segment, share) > 0)
          .map((segment) => ({
            name: segment.name,
            value: sizeOf(segment, share),
            segment: segment.segment,
            itemStyle: {
              color:
                selected && selected !== segment.segment
                  ? mix(segment.colour, palette.surface, 0.6)
                  : segment.colour,
            },
            label: {
              formatter: `${segment.name}  {share|${fmt.percent(shareOf(segment, share), 1)}}`,
            },
          })),
      },
      {
        type: "pie",
        silent: true,
        radius: [0, 0],
        center: ["50%", "50%"],
        tooltip: { show: false },
        labelLine: { show: false },
        label: {
          show: true,
          position: "center",
          color: palette.ink,
          fontSize: context.compact ? 15 : 20,
          fontWeight: 650,
          formatter:
            share === "customers"
              ? t("segments.people", { n: fmt.number(total) })
              : fmt.moneyShort(total),
        },
        data: [{ value: 1, name: "" }],
      },
    ],
  };
}
