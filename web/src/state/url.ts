/**
 * The URL holds the whole state of the dashboard: the page, the filters that every page shares, and
 * the page's own parameters. Reading and writing are inverse to each other; what equals its default
 * is not written, so that an unchanged page has a short address.
 */
import type { Language, Query } from "$/api";

export const pages = [
  "overview",
  "data",
  "segments",
  "movement",
  "profile",
  "clusters",
  "cohorts",
  "customers",
  "audiences",
  "value",
  "channels",
  "promotions",
] as const;
export type PageName = (typeof pages)[number];

/** Filters on every page. Lists hold one entry per value. */
export interface Scope {
  asOf: string | null;
  from: string | null;
  country: string[];
  salesPlatform: string[];
  category: string[];
  /** Qualified by the scheme: `nine:at_risk`. All of one scheme. */
  segment: string[];
  /** What is known of customers; `not_known` is a value, too. */
  channel: string[];
  region: string[];
  ageBand: string[];
  gender: string[];
  /** Audiences by name; who is in any of them. */
  audience: string[];
}

export type Params = Record<string, string>;

export interface View {
  page: PageName;
  customer: string | null;
  scope: Scope;
  language: Language | null;
  params: Params;
}

export const noScope: Scope = {
  asOf: null,
  from: null,
  country: [],
  salesPlatform: [],
  category: [],
  segment: [],
  channel: [],
  region: [],
  ageBand: [],
  gender: [],
  audience: [],
};

const LISTS = [
  ["country", "country"],
  ["sales_platform", "salesPlatform"],
  ["category", "category"],
  ["segment", "segment"],
  ["channel", "channel"],
  ["region", "region"],
  ["age_band", "ageBand"],
  ["gender", "gender"],
  ["audience", "audience"],
] as const;
export const LIST_FIELDS = LISTS.map(([, field]) => field);
/** The filters by what is known of customers: the name in the API, the field of the scope. */
export const CUSTOMER_FIELDS = [
  { name: "gender", field: "gender" },
  { name: "age_band", field: "ageBand" },
  { name: "region", field: "region" },
  { name: "channel", field: "channel" },
] as const;
/** The value for customers of whom it is not known. */
export const NOT_KNOWN = "not_known";
const RESERVED = new Set<string>(["as_of", "from", "lang", ...LISTS.map(([name]) => name)]);

/** Parameters of each page and their defaults; a name that is not here is not kept in the URL. */
export const defaults: Record<PageName, Params> = {
  overview: { granularity: "month", metric: "revenue", tables: "" },
  data: {
    source: "",
    reason: "",
    row: "",
    offset: "0",
    sort: "",
    column: "",
    level: "",
    coefficient: "spearman",
    calendar: "orders",
    tables: "",
  },
  segments: {
    // Empty: as the shop has it in shop.toml.
    model: "",
    groups: "",
    frequency: "",
    monetary: "",
    classes: "",
    weights: "",
    scheme: "",
    // Whose weights the section at the end shows.
    weighing: "",
    // What counts as a response to a contact; empty as the shop has it.
    response: "",
    shares: "treemap",
    grid: "customers",
    selected: "",
    sort: "",
    tables: "",
  },
  movement: {
    // Empty: as the shop has it in shop.toml, and three months.
    scheme: "",
    since: "",
    edges: "own",
    // The flow whose customers are listed.
    flow: "",
    show: "all",
    sizes: "customers",
    tables: "",
  },
  profile: { scheme: "", group: "", measure: "category_mix", hypotheses: "", tables: "" },
  clusters: {
    // Empty: as the shop has it in shop.toml.
    features: "",
    scaling: "",
    method: "",
    groups: "",
    criterion: "silhouette",
    importance: "",
    coupons: "share",
    tables: "",
  },
  cohorts: {
    period: "month",
    retention: "active",
    months: "12",
    metric: "rate",
    selected: "",
    sort: "",
    tables: "",
  },
  value: {
    // Empty: as the shop has it in shop.toml.
    model: "",
    horizon: "",
    discount: "",
    margin: "",
    covariates: "",
    scheme: "",
    count: "customers",
    groups: "mean",
    weeks: "cumulative",
    cutoff: "",
    // The score is computed when it is asked for.
    score: "",
    period: "",
    part: "spend",
    tables: "",
  },
  // The condition on screen, the audience it was opened from, and how it is written.
  audiences: { rule: "", name: "", mode: "", tables: "" },
  promotions: {
    agemeasure: "left",
    scheme: "",
    measure: "orders",
    when: "during",
    // The coupon planner; empty: as the shop has it in shop.toml.
    plan: "",
    months: "",
    by: "",
    deepest: "",
    tables: "",
  },
  channels: {
    // Empty: as the shop has it in shop.toml.
    ltv: "",
    active: "",
    margin: "",
    budget: "",
    curve: "",
    tables: "",
  },
  customers: { search: "", sort: "monetary", descending: "true", offset: "0", tables: "" },
};

export function parseView(pathname: string, search: string): View {
  const [first = "", second] = pathname.split("/").filter(Boolean);
  const page = pages.find((name) => name === first) ?? "overview";
  const query = new URLSearchParams(search);
  const known = defaults[page];
  const params: Params = { ...known };
  for (const [name, value] of query) {
    if (name in known && !RESERVED.has(name)) params[name] = value;
  }
  const scope: Scope = { ...noScope, asOf: query.get("as_of"), from: query.get("from") };
  // Repeated rather than joined by commas: a country's name may hold one.
  for (const [name, field] of LISTS) scope[field] = query.getAll(name).filter(Boolean);
  const language = query.get("lang");
  return {
    page,
    customer: page === "customers" && second ? decodeURIComponent(second) : null,
    scope,
    language: language === "en" || language === "ko" ? language : null,
    params,
  };
}

export function formatView(view: View): string {
  const query = new URLSearchParams();
  if (view.scope.asOf) query.set("as_of", view.scope.asOf);
  if (view.scope.from) query.set("from", view.scope.from);
  for (const [name, field] of LISTS) {
    for (const value of view.scope[field]) query.append(name, value);
  }
  const known = defaults[view.page];
  for (const [name, value] of Object.entries(view.params)) {
    if (name in known && value !== known[name]) query.set(name, value);
  }
  if (view.language) query.set("lang", view.language);
  const path = `/${view.page}${view.customer === null ? "" : `/${encodeURIComponent(view.customer)}`}`;
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The filters as the API takes them. */
export function scopeQuery(scope: Scope): Query<"/api/analyses/overview"> {
  // A comma within a value is escaped: "Korea\\, Republic of".
  const joined = (values: string[]) =>
    values.length > 0 ? values.map((value) => value.replaceAll(",", "\\,")).join(",") : undefined;
  return {
    as_of: scope.asOf ?? undefined,
    from: scope.from ?? undefined,
    country: joined(scope.country),
    sales_platform: joined(scope.salesPlatform),
    category: joined(scope.category),
    segment: joined(scope.segment),
    channel: joined(scope.channel),
    region: joined(scope.region),
    age_band: joined(scope.ageBand),
    gender: joined(scope.gender),
    audience: joined(scope.audience),
  };
}

/** Splits `nine:at_risk` into scheme and key. */
export function splitSegment(qualified: string): { scheme: string; key: string } {
  const at = qualified.indexOf(":");
  return { scheme: qualified.slice(0, at), key: qualified.slice(at + 1) };
}
