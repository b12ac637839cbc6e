import type { CustomerRow } from "$/api";
import type { Column } from "$/charts/context";
import type { Formatter } from "$/format";
import type { Translator } from "$/i18n";
import { segmentName } from "$/state/context.svelte";

/** Columns of a list of customers. `scheme` is the one that the rows' segments belong to. */
export function customerColumns(
  scheme: string,
  { t, fmt }: { t: Translator; fmt: Formatter },
): Column<CustomerRow>[] {
  return [
    { key: "customer_id", label: t("term.customer"), value: (c) => c.customer_id },
    {
      key: "segment",
      label: t("term.segment"),
      value: (c) => segmentName(scheme, c.segment),
    },
    { key: "class", label: t("segments.class"), value: (c) => segmentName("class", c.class) },
    {
      key: "monetary",
      label: t("term.monetary"),
      numeric: true,
      value: (c) => c.monetary,
      text: (c) => fmt.money(c.monetary),
    },
    {
      key: "orders",
      label: t("term.orders"),
      numeric: true,
      value: (c) => c.orders,
      text: (c) => fmt.number(c.orders),
    },
    {
      key: "last_order_on",
      label: t("term.lastOrder"),
      value: (c) => c.last_order_on,
      text: (c) => fmt.date(c.last_order_on),
    },
    {
      key: "recency_days",
      label: t("term.recency"),
      numeric: true,
      value: (c) => c.recency_days,
      text: (c) => fmt.number(c.recency_days),
    },
    { key: "rfm", label: "R · F · M", value: (c) => `${c.r}·${c.f}·${c.m}` },
    {
      key: "score",
      label: t("term.score"),
      numeric: true,
      value: (c) => c.score,
      text: (c) => fmt.number(c.score, 1),
    },
  ];
}
