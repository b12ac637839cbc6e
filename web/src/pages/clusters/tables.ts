/** The tables behind the pictures of the clusters page. */
import type {
  ClusterFeature,
  ClusterNumber,
  ClusterTree,
  Clusters,
  ComponentLoading,
  ClusterCard,
} from "$/api";
import type { NamedCluster } from "$/charts/clusters";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";

/** A column of the profile in one group, as people write it. */
export function featureText(row: ClusterFeature, { fmt }: Wording): string {
  if (row.value === null) return fmt.number(null);
  if (row.kind === "share" || row.column.endsWith("_share")) return fmt.percent(row.value);
  if (["revenue", "mean_order_value", "mean_day_value"].includes(row.column)) {
    return fmt.moneyShort(row.value);
  }
  return fmt.number(row.value, Math.abs(row.value) < 10 ? 1 : 0);
}

export function cardsTable(cards: ClusterCard[], words: Wording): ChartTable {
  const { t, fmt } = words;
  return chartTable<ClusterCard>({
    file: "dangol-clusters",
    rows: cards,
    columns: [
      { key: "name", label: t("clusters.group"), value: (c) => t.words(c.name), wrap: true },
      figure(
        "customers",
        t("term.customers"),
        (c) => c.customers,
        (v) => fmt.number(v),
      ),
      figure(
        "share",
        t("term.customerShare"),
        (c) => c.share,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "revenue",
        t("term.revenue"),
        (c) => c.revenue,
        (v) => fmt.money(v),
      ),
      figure(
        "revenueShare",
        t("term.revenueShare"),
        (c) => c.revenue_share,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "stability",
        t("clusters.figure.stability"),
        (c) => c.stability,
        (v) => fmt.percent(v),
      ),
      figure(
        "silhouette",
        t("clusters.figure.silhouette"),
        (c) => c.silhouette,
        (v) => fmt.decimal(v, 2),
      ),
    ],
  });
}

export function loadingsTable(loadings: ComponentLoading[], { t, fmt }: Wording): ChartTable {
  return chartTable<ComponentLoading>({
    file: "dangol-clusters-loadings",
    rows: loadings,
    columns: [
      { key: "title", label: t("clusters.feature"), value: (l) => t.words(l.title) },
      figure(
        "first",
        t("clusters.component1"),
        (l) => l.first,
        (v) => fmt.decimal(v, 2),
      ),
      figure(
        "second",
        t("clusters.component2"),
        (l) => l.second,
        (v) => fmt.decimal(v, 2),
      ),
    ],
  });
}

export function numbersTable(numbers: ClusterNumber[], { t, fmt }: Wording): ChartTable {
  return chartTable<ClusterNumber>({
    file: "dangol-clusters-number",
    rows: numbers,
    columns: [
      figure(
        "clusters",
        t("clusters.number"),
        (n) => n.clusters,
        (v) => fmt.number(v),
      ),
      figure(
        "explained",
        t("clusters.figure.explained"),
        (n) => n.explained,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "silhouette",
        t("clusters.criterion.silhouette"),
        (n) => n.silhouette,
        (v) => fmt.decimal(v, 3),
      ),
      figure(
        "gap",
        t("clusters.criterion.gap"),
        (n) => n.gap,
        (v) => fmt.decimal(v, 3),
      ),
    ],
  });
}

export function treeTable(
  tree: ClusterTree,
  clusters: NamedCluster[],
  { t, fmt }: Wording,
): ChartTable {
  const rows = tree.leaves.map((leaf, at) => ({ ...leaf, at: at + 1 }));
  return chartTable<(typeof rows)[number]>({
    file: "dangol-clusters-tree",
    rows,
    columns: [
      figure(
        "part",
        t("clusters.part"),
        (l) => l.at,
        (v) => fmt.number(v),
      ),
      figure(
        "customers",
        t("term.customers"),
        (l) => l.customers,
        (v) => fmt.number(v),
      ),
      {
        key: "group",
        label: t("clusters.group"),
        value: (l) => clusters.find((one) => one.key === l.cluster)?.name ?? l.cluster,
        wrap: true,
      },
      figure(
        "share",
        t("clusters.leafShare"),
        (l) => l.share,
        (v) => fmt.percent(v),
      ),
    ],
  });
}

/** One row for each column, one cell for each group. */
export interface ProfileRow {
  column: string;
  title: string;
  cells: ClusterFeature[];
}

export function profileRows(result: Clusters, { t }: Wording): ProfileRow[] {
  return result.features.map((feature) => ({
    column: feature.column,
    title: t.words(feature.title),
    cells: result.clusters.flatMap((card) =>
      result.profile.filter((row) => row.cluster === card.key && row.column === feature.column),
    ),
  }));
}

export function profileTable(result: Clusters, words: Wording): ChartTable {
  return chartTable<ProfileRow>({
    file: "dangol-clusters-profile",
    rows: profileRows(result, words),
    columns: [
      { key: "feature", label: words.t("clusters.feature"), value: (row) => row.title },
      ...result.clusters.map((card, at) => ({
        key: card.key,
        label: words.t.words(card.name),
        numeric: true,
        value: (row: ProfileRow) => row.cells[at]?.value ?? null,
        text: (row: ProfileRow) => {
          const cell = row.cells[at];
          return cell ? featureText(cell, words) : "";
        },
      })),
    ],
  });
}
