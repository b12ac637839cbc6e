/** Who responds: the tables behind the pictures of the section. */
import type {
  RankingQuality,
  ResponseCount,
  ResponseCustomer,
  ResponseGroup,
  ResponseTenth,
} from "$/api";
import { countText } from "$/charts/response";
import { chartTable, type ChartTable, type Column, figure, type Wording } from "$/charts/context";
import type { Estimate } from "$/charts/forest";
import { pointsText } from "./weights-tables";

export const KINDS = ["responded", "clicked", "ordered"] as const;

export function tenthTable(rows: ResponseTenth[], { t, fmt }: Wording): ChartTable {
  const share = (value: number | null) => fmt.percent(value, 1);
  const count = (value: number | null) => fmt.number(value);
  return chartTable<ResponseTenth>({
    file: "dangol-response-check",
    rows,
    columns: [
      figure("tenth", t("response.tenth"), (row) => row.tenth, count),
      figure("customers", t("term.customers"), (row) => row.customers, count),
      figure("contacts", t("response.messages"), (row) => row.contacts, count),
      figure("responses", t("response.answers"), (row) => row.responses, count),
      figure("expected_rate", t("response.expected"), (row) => row.expected_rate, share),
      figure("actual_rate", t("response.actual"), (row) => row.actual_rate, share),
      figure("actual_low", t("weights.low"), (row) => row.actual_low, share),
      figure("actual_high", t("weights.high"), (row) => row.actual_high, share),
    ],
  });
}

/** The share of responses that each ranking caught, as the forest chart draws them. Chance is its line. */
export function caughtEstimates(rows: RankingQuality[], { t }: Wording): Estimate[] {
  return rows.flatMap((row) =>
    row.caught === null || row.ranking === "chance"
      ? []
      : [
          {
            label: t.words(row.name),
            detail: t("response.caught"),
            value: row.caught,
            low: row.caught_low,
            high: row.caught_high,
          },
        ],
  );
}

export function rankingTable(rows: RankingQuality[], { t, fmt }: Wording): ChartTable {
  const share = (value: number | null) => fmt.percent(value, 1);
  const points = (value: number | null) => pointsText(value, { t, fmt });
  return chartTable<RankingQuality>({
    file: "dangol-response-rankings",
    rows,
    columns: [
      { key: "name", label: t("response.ranking"), value: (row) => t.words(row.name) },
      figure("caught", t("response.caught"), (row) => row.caught, share),
      figure("caught_low", t("weights.low"), (row) => row.caught_low, share),
      figure("caught_high", t("weights.high"), (row) => row.caught_high, share),
      figure("more", t("response.more"), (row) => row.model_catches_more, points),
      figure("more_low", t("weights.low"), (row) => row.model_catches_more_low, points),
      figure("more_high", t("weights.high"), (row) => row.model_catches_more_high, points),
      figure(
        "area",
        t("weights.area"),
        (row) => row.area_under_curve,
        (value) => fmt.decimal(value, 2),
      ),
    ],
  });
}

export function answersTable(rows: ResponseCount[], { t, fmt }: Wording): ChartTable {
  return chartTable<ResponseCount>({
    file: "dangol-response-answers",
    rows,
    columns: [
      {
        key: "responses",
        label: t("response.answers"),
        numeric: true,
        value: (row) => row.responses,
        text: (row) => countText(row, { t, fmt }),
      },
      figure(
        "customers",
        t("term.customers"),
        (row) => row.customers,
        (value) => fmt.number(value),
      ),
      figure(
        "expected",
        t("response.expected"),
        (row) => row.expected,
        (value) => fmt.decimal(value),
      ),
    ],
  });
}

export function groupTable(rows: ResponseGroup[], { t, fmt }: Wording): ChartTable {
  const count = (value: number | null) => fmt.number(value);
  return chartTable<ResponseGroup>({
    file: "dangol-response-groups",
    rows,
    columns: [
      {
        key: "group",
        label: t("response.group"),
        value: (row) => row.group,
        text: (row) => t("response.groupName", { n: row.group }),
      },
      figure("customers", t("term.customers"), (row) => row.customers, count),
      figure("contacts", t("response.messages"), (row) => row.contacts, count),
      figure("responses", t("response.answers"), (row) => row.responses, count),
      figure(
        "probability",
        t("response.probability"),
        (row) => row.probability,
        (value) => fmt.percent(value, 1),
      ),
      figure(
        "expected_value",
        t("response.value"),
        (row) => row.expected_value,
        (value) => fmt.money(value),
      ),
      figure("worth", t("response.worth"), (row) => row.worth_contacting, count),
    ],
  });
}

export function responseCustomerColumns({ t, fmt }: Wording): Column<ResponseCustomer>[] {
  const share = (value: number | null) => fmt.percent(value, 1);
  const count = (value: number | null) => fmt.number(value);
  const money = (value: number | null) => fmt.money(value);
  return [
    { key: "customer_id", label: t("term.customer"), value: (row) => row.customer_id },
    figure("contacts", t("response.messages"), (row) => row.contacts, count),
    figure("responses", t("response.answers"), (row) => row.responses, count),
    figure("probability", t("response.probability"), (row) => row.probability, share),
    figure("low", t("weights.low"), (row) => row.low, share),
    figure("high", t("weights.high"), (row) => row.high, share),
    figure("value_of_response", t("response.valueOf"), (row) => row.value_of_response, money),
    figure("expected_value", t("response.value"), (row) => row.expected_value, money),
    {
      key: "worth_contacting",
      label: t("response.isWorth"),
      value: (row) =>
        row.worth_contacting === null
          ? "–"
          : t(row.worth_contacting ? "response.yes" : "response.no"),
    },
  ];
}
