/** The tables behind the pictures of the profile. */
import type { ProfileGroup } from "$/api";
import { amountText, pText, rowName, type ProfileRow } from "$/charts/profile";
import { chartTable, type ChartTable, type Column, type Wording } from "$/charts/context";
import { NONE } from "$/format";

/** Values by groups, as figures. */
export function heatTable(
  file: string,
  rows: ProfileRow[],
  groups: ProfileGroup[],
  { t, fmt }: Wording,
): ChartTable {
  return chartTable<ProfileRow>({
    file,
    rows,
    columns: [
      { key: "value", label: t("profile.value"), value: (row) => t.words(row.value.label) },
      ...groups.map((group): Column<ProfileRow> => ({
        key: group.group,
        label: t.words(group.name),
        numeric: true,
        value: (row) => row.cells.get(group.group)?.amount ?? null,
        text: (row) => amountText(row, row.cells.get(group.group)?.amount, fmt),
      })),
    ],
  });
}

/** Values of one group against everybody else, with index, interval and p. */
export function groupTable(
  file: string,
  rows: ProfileRow[],
  group: string,
  { t, fmt }: Wording,
): ChartTable {
  const of = (row: ProfileRow) => row.cells.get(group);
  return chartTable<ProfileRow>({
    file,
    rows,
    columns: [
      { key: "value", label: t("profile.value"), value: (row) => rowName(row, t.words) },
      {
        key: "amount",
        label: t("profile.group"),
        numeric: true,
        value: (row) => of(row)?.amount ?? null,
        text: (row) => amountText(row, of(row)?.amount, fmt),
      },
      {
        key: "others",
        label: t("profile.others"),
        numeric: true,
        value: (row) => of(row)?.others ?? null,
        text: (row) => amountText(row, of(row)?.others, fmt),
      },
      {
        key: "index",
        label: t("profile.index"),
        numeric: true,
        value: (row) => of(row)?.index ?? null,
        text: (row) => fmt.number(of(row)?.index),
      },
      {
        key: "interval",
        label: t("profile.interval"),
        value: (row) => of(row)?.index_low ?? null,
        text: (row) => {
          const cell = of(row);
          return cell && cell.index_low !== null
            ? `${fmt.number(cell.index_low)} – ${fmt.number(cell.index_high)}`
            : NONE;
        },
      },
      {
        key: "p",
        label: t("profile.adjustedP"),
        numeric: true,
        value: (row) => of(row)?.adjusted_p ?? null,
        text: (row) => pText(of(row)?.adjusted_p, fmt),
      },
      {
        key: "customers",
        label: t("term.customers"),
        numeric: true,
        value: (row) => of(row)?.customers ?? null,
        text: (row) => fmt.number(of(row)?.customers),
      },
    ],
  });
}

/** One line of the table of tests. */
export interface TestLine {
  key: string;
  name: string;
  method: string | null;
  statistic: number | null;
  p: number | null;
  effect: number | null;
  verdict: string;
}

export function testTable(rows: TestLine[], { t, fmt }: Wording): ChartTable {
  return chartTable<TestLine>({
    file: "dangol-profile-tests",
    rows,
    columns: [
      { key: "name", label: t("profile.compared"), value: (row) => row.name },
      { key: "verdict", label: t("profile.verdict"), value: (row) => row.verdict, wrap: true },
      {
        key: "method",
        label: t("profile.test"),
        value: (row) => (row.method ? t.named("profile.method", row.method) : null),
      },
      {
        key: "statistic",
        label: t("profile.statistic"),
        numeric: true,
        value: (row) => row.statistic,
        text: (row) => fmt.decimal(row.statistic),
      },
      {
        key: "effect",
        label: t("profile.effect"),
        numeric: true,
        value: (row) => row.effect,
        text: (row) => fmt.decimal(row.effect, 3),
      },
      {
        key: "p",
        label: t("profile.adjustedP"),
        numeric: true,
        value: (row) => row.p,
        text: (row) => pText(row.p, fmt),
      },
    ],
  });
}
