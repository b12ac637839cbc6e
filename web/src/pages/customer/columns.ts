import type { CustomerRow, ListedCustomer } from "$/api";
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

/** What each is expected to do and bring within the horizon; `horizon` in words. */
export function outlookColumns(
  horizon: string,
  inMoney: boolean,
  { t, fmt }: { t: Translator; fmt: Formatter },
): Column<ListedCustomer>[] {
  return [
    ...(inMoney
      ? [
          {
            key: "value",
            label: t("customers.value", { horizon }),
            numeric: true,
            value: (c: ListedCustomer) => c.value,
            text: (c: ListedCustomer) => fmt.money(c.value, true),
          },
        ]
      : []),
    {
      key: "expected_purchases",
      label: t("customers.purchases", { horizon }),
      numeric: true,
      value: (c) => c.expected_purchases,
      text: (c) => fmt.decimal(c.expected_purchases),
    },
    {
      key: "probability_alive",
      label: t("value.alive"),
      numeric: true,
      value: (c) => c.probability_alive,
      text: (c) => fmt.percent(c.probability_alive),
    },
  ];
}
