/** Charts of the clusters page: customers along two components, the criteria, the tree, importance. */
import type { ClusterNumber, ClusterPoint, ClusterTree, ComponentLoading } from "$/api";
import {
  axisTitle,
  base,
  categoryAxis,
  FONT,
  lines,
  tooltip,
  valueAxis,
  type CustomApi,
} from "./base";
import type { ChartContext, Option } from "./context";
import { textWidth } from "./text";

/** What a picture needs to show a cluster. */
export interface NamedCluster {
  key: string;
  name: string;
  colour: string;
}

export const criteria = ["silhouette", "gap", "explained"] as const;
export type Criterion = (typeof criteria)[number];

const EDGES = { left: 14, right: 14, top: 14, bottom: 30 };

/** Customers as dots in the colour of their cluster, with an arrow for what drives each direction. */
export function scatterChart(
  points: ClusterPoint[],
  loadings: ComponentLoading[],
  clusters: NamedCluster[],
  axes: [string, string],
  context: ChartContext,
): Option {
  const { palette, t } = context;
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [left, right] = padded(range(points.map((point) => point.x)));
  const [low, high] = padded(range(points.map((point) => point.y)));
  const width = Math.max(1, context.width - EDGES.left - EDGES.right);
  const height = Math.max(1, context.height - EDGES.top - EDGES.bottom);
  const toPixel = (x: number, y: number) => ({
    x: EDGES.left + ((x - left) / (right - left)) * width,
    y: EDGES.top + ((high - y) / (high - low)) * height,
  });
  const centre = toPixel(0, 0);
  const arrows = placeArrows(loadings, centre, context);
  const colours = new Map(clusters.map((cluster) => [cluster.key, cluster]));
  const axis = (name: string, min: number, max: number) => ({
    type: "value" as const,
    min,
    max,
    ...axisTitle(context, name, 12),
    axisLabel: { show: false },
    axisTick: { show: false },
    axisLine: { show: true, onZero: false, lineStyle: { color: palette.line } },
    splitLine: { show: false },
  });
  return {
    ...base(context),
    grid: EDGES,
    tooltip: {
      ...tooltip(context),
      formatter: (item: { seriesIndex: number; dataIndex: number }) => {
        const cluster = colours.get(points[item.dataIndex]?.cluster ?? "");
        return cluster ? lines(t("clusters.oneCustomer"), [[cluster.name, ""]]) : "";
      },
    },
    xAxis: axis(axes[0], left, right),
    yAxis: { ...axis("", low, high), axisLine: { show: false } },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: points.map((point) => ({ value: [point.x, point.y], segment: point.cluster })),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const [x, y] = api.coord([api.value(0), api.value(1)]);
          const colour = colours.get(points[item.dataIndex]?.cluster ?? "")?.colour;
          return {
            type: "circle",
            shape: { cx: x, cy: y, r: context.compact ? 2 : 2.6 },
            style: { fill: colour ?? palette.quiet, opacity: 0.55 },
          };
        },
      },
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0, y: 1 },
        data: arrows.map(() => [0, 0]),
        renderItem: (item: { dataIndex: number }) => {
          const arrow = arrows[item.dataIndex];
          if (!arrow) return null;
          const text = {
            text: arrow.title,
            x: arrow.label.x,
            y: arrow.label.y,
            align: arrow.label.align,
            verticalAlign: "middle",
            fill: palette.ink,
            stroke: palette.surface,
            lineWidth: 3,
            font: `600 11px ${FONT}`,
          };
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1: centre.x, y1: centre.y, x2: arrow.x, y2: arrow.y },
                style: { stroke: palette.ink, lineWidth: 1.4 },
              },
              {
                type: "circle",
                shape: { cx: arrow.x, cy: arrow.y, r: 2.6 },
                style: { fill: palette.ink },
              },
              { type: "text", style: text },
            ],
          };
        },
      },
    ],
  };
}

/** Some room around what is drawn; a range without width gets one. */
function padded([low, high]: readonly [number, number]): [number, number] {
  const room = (high - low || 1) * 0.06;
  return [low - room, high + room];
}

interface Arrow {
  title: string;
  x: number;
  y: number;
  label: { x: number; y: number; align: "left" | "right" };
}

/** Below, an arrow is too short to say anything. */
const LEAST_LOADING = 0.25;
const LINE = 15;

/** Where arrows end and their words stand: no two words of one side over each other, none outside. */
export function placeArrows(
  loadings: ComponentLoading[],
  centre: { x: number; y: number },
  context: Pick<ChartContext, "width" | "height" | "t" | "compact">,
): Arrow[] {
  const drawn = loadings.filter((one) => Math.hypot(one.first, one.second) >= LEAST_LOADING);
  const reach = {
    x: Math.min(centre.x, context.width - centre.x) * 0.8,
    y: Math.min(centre.y, context.height - centre.y) * 0.8,
  };
  // One length for both directions, so that angles say what they seem to.
  const unit = Math.max(40, Math.min(reach.x || 40, reach.y || 40, 0.3 * context.height));
  const most = Math.max(1e-9, ...drawn.map((one) => Math.hypot(one.first, one.second)));
  const arrows = drawn.map((one): Arrow => {
    const x = centre.x + (one.first / most) * unit;
    const y = centre.y - (one.second / most) * unit;
    const toLeft = one.first < 0;
    return {
      title: context.t.words(one.title),
      x,
      y,
      label: { x: toLeft ? x - 6 : x + 6, y, align: toLeft ? "right" : "left" },
    };
  });
  for (const align of ["left", "right"] as const) {
    const side = arrows.filter((arrow) => arrow.label.align === align);
    side.sort((a, b) => a.y - b.y);
    for (const [at, arrow] of side.entries()) {
      const before = side[at - 1];
      arrow.label.y = Math.max(arrow.y, before ? before.label.y + LINE : LINE / 2);
    }
    // What was pushed out below moves up again, from the last one on.
    let floor = context.height - EDGES.bottom;
    for (const arrow of side.reverse()) {
      arrow.label.y = Math.min(arrow.label.y, floor);
      floor = arrow.label.y - LINE;
    }
  }
  for (const { title, label } of arrows) {
    const wide = textWidth(title);
    label.x =
      label.align === "left"
        ? Math.max(2, Math.min(label.x, context.width - wide - 2))
        : Math.min(context.width - 2, Math.max(label.x, wide + 2));
  }
  return arrows;
}

/** One criterion over the numbers of clusters, with its uncertainty; the number taken stands out. */
export function criterionChart(
  numbers: ClusterNumber[],
  criterion: Criterion,
  groups: number,
  context: ChartContext,
): Option {
  const { palette, fmt, t } = context;
  const of = (row: ClusterNumber) => row[criterion];
  const rows = numbers.filter((row) => of(row) !== null);
  const ends = (row: ClusterNumber): [number, number] | null => {
    if (criterion === "silhouette" && row.silhouette_low !== null && row.silhouette_high !== null) {
      return [row.silhouette_low, row.silhouette_high];
    }
    return criterion === "gap" && row.gap !== null && row.gap_error !== null
      ? [row.gap - row.gap_error, row.gap + row.gap_error]
      : null;
  };
  const text = (value: number | null) =>
    criterion === "explained" ? fmt.percent(value, 0) : fmt.number(value, 2);
  return {
    ...base(context),
    grid: { left: 4, right: 12, top: 16, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: ([item]: { dataIndex: number }[]) => {
        const row = item ? rows[item.dataIndex] : undefined;
        if (!row) return "";
        const between = ends(row);
        return lines(t("clusters.count", { n: row.clusters }), [
          [t(`clusters.criterion.${criterion}`), text(of(row))],
          ...(between
            ? ([[t("clusters.between"), `${text(between[0])} – ${text(between[1])}`]] as [
                string,
                string,
              ][])
            : []),
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => String(row.clusters)),
      ),
      ...axisTitle(context, t("clusters.numberAxis")),
    },
    yAxis: {
      ...valueAxis(context, (value) => text(value)),
      min: criterion === "gap" ? undefined : 0,
      scale: criterion === "gap",
    },
    series: [
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0, y: [1, 2] },
        data: rows.flatMap((row, at) => {
          const between = ends(row);
          return between ? [[at, ...between]] : [];
        }),
        renderItem: (_: unknown, api: CustomApi) => {
          const [x, top] = api.coord([api.value(0), api.value(2)]);
          const [, bottom] = api.coord([api.value(0), api.value(1)]);
          return {
            type: "line",
            shape: { x1: x, y1: top, x2: x, y2: bottom },
            style: { stroke: palette.quiet, lineWidth: 5 },
          };
        },
      },
      {
        type: "line",
        data: rows.map((row) => ({
          value: of(row),
          symbolSize: row.clusters === groups ? 11 : 6,
          itemStyle: { color: row.clusters === groups ? palette.accent : palette.muted },
        })),
        symbol: "circle",
        lineStyle: { color: palette.muted, width: 1.5 },
      },
    ],
  };
}

/** The uppermost part of the tree; a branch has the colour of its cluster while all of it is one. */
export function treeChart(
  tree: ClusterTree,
  clusters: NamedCluster[],
  context: ChartContext,
): Option {
  const { palette, fmt, t } = context;
  const colourOf = (key: string | null) =>
    clusters.find((cluster) => cluster.key === key)?.colour ?? palette.faint;
  const places: { x: number; height: number; cluster: string | null }[] = tree.leaves.map(
    (leaf, at) => ({ x: at, height: 0, cluster: leaf.cluster }),
  );
  const joins = tree.merges.map((merge) => {
    const left = places[merge.left];
    const right = places[merge.right];
    const cluster = left && right && left.cluster === right.cluster ? left.cluster : null;
    const x = ((left?.x ?? 0) + (right?.x ?? 0)) / 2;
    places.push({ x, height: merge.height, cluster });
    return { merge, left, right, cluster };
  });
  const highest = tree.merges.at(-1)?.height ?? 1;
  return {
    ...base(context),
    grid: { left: 8, right: 8, top: 10, bottom: 34 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { seriesIndex: number; dataIndex: number }) => {
        if (item.seriesIndex === 0) {
          const join = joins[item.dataIndex];
          return join
            ? lines(t("clusters.join"), [
                [t("term.customers"), fmt.number(join.merge.customers)],
                [t("clusters.height"), fmt.number(join.merge.height, 2)],
              ])
            : "";
        }
        const leaf = tree.leaves[item.dataIndex];
        const cluster = clusters.find((one) => one.key === leaf?.cluster);
        return leaf && cluster
          ? lines(cluster.name, [
              [t("term.customers"), fmt.number(leaf.customers)],
              [t("clusters.leafShare"), fmt.percent(leaf.share)],
            ])
          : "";
      },
    },
    xAxis: { type: "value", min: -0.6, max: tree.leaves.length - 0.4, show: false },
    yAxis: { type: "value", min: 0, max: highest * 1.03, show: false },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: joins.map(({ merge }, at) => [places[tree.leaves.length + at]?.x ?? 0, merge.height]),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const join = joins[item.dataIndex];
          if (!join?.left || !join.right) return null;
          const [x1, y1] = api.coord([join.left.x, join.left.height]);
          const [x2, y2] = api.coord([join.right.x, join.right.height]);
          const [, top] = api.coord([0, join.merge.height]);
          return {
            type: "polyline",
            shape: {
              points: [
                [x1, y1],
                [x1, top],
                [x2, top],
                [x2, y2],
              ],
            },
            style: {
              fill: "none",
              stroke: join.cluster === null ? palette.muted : colourOf(join.cluster),
              lineWidth: join.cluster === null ? 1.2 : 2,
            },
          };
        },
      },
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: tree.leaves.map((leaf, at) => ({ value: [at, 0], segment: leaf.cluster })),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const leaf = tree.leaves[item.dataIndex];
          const [x, y] = api.coord([item.dataIndex, 0]);
          const room = context.width / Math.max(1, tree.leaves.length);
          return {
            type: "group",
            children: [
              {
                type: "circle",
                shape: { cx: x, cy: y + 8, r: 4.5 },
                style: { fill: colourOf(leaf?.cluster ?? null) },
              },
              ...(room >= 22
                ? [
                    {
                      type: "text",
                      style: {
                        text: fmt.number(leaf?.customers ?? 0),
                        x,
                        y: y + 23,
                        align: "center",
                        verticalAlign: "middle",
                        fill: palette.muted,
                        font: `11px ${FONT}`,
                      },
                    },
                  ]
                : []),
            ],
          };
        },
      },
    ],
  };
}
