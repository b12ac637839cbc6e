/**
 * The typed view of the HTTP API: what each route takes and answers.
 * `paths` has the shape that openapi-typescript generates, so that the client needs no other form.
 */

export type Language = "en" | "ko";

/** A human text in both languages. */
export type Words = Record<Language, string>;

export interface Problem {
  code: string;
  title: string;
  status: number;
  detail?: string;
  hint?: string;
}

export type Severity = "info" | "warning" | "serious";

export interface Finding {
  code: string;
  severity: Severity;
  text: Words;
  values: Record<string, unknown>;
  about: string | null;
}

export interface FilterValue {
  value: string;
  order_lines: number;
  revenue: number;
}

export interface SegmentRule {
  key: string;
  name: Words;
  rule: string | null;
  about: Words;
}

export interface Scheme {
  scheme: string;
  title: Words;
  segments: SegmentRule[];
}

export interface ShopData {
  first_on: string;
  last_on: string;
  order_lines: number;
  orders: number;
  customers: number;
  revenue: number;
  order_lines_without_customer: number;
}

export interface Shop {
  name: string;
  currency: string;
  time_zone: string;
  version: string;
  snapshot: string | null;
  default_as_of: string | null;
  data: ShopData | null;
  filters: Record<"country" | "sales_platform" | "category", FilterValue[]>;
  schemes: Scheme[];
  analyses: string[];
}

export interface CatalogueParameter {
  name: string;
  kind: "choice" | "integer" | "number" | "boolean" | "text" | "numbers";
  default: unknown;
  choices?: string[] | null;
  description: Words;
}

export interface CatalogueEntry {
  name: string;
  title: Words;
  definition: Words;
  source: string;
  parameters: CatalogueParameter[];
}

export interface Catalogue {
  analyses: CatalogueEntry[];
}

/** What every analysis answers. */
export interface Answer<Result> {
  analysis: string;
  as_of: string;
  params: Record<string, unknown>;
  result: Result;
  findings: Finding[];
}

export interface OverviewTotals {
  revenue: number;
  orders: number;
  order_lines: number;
  units: number;
  customers: number;
  average_order_value: number | null;
  new_customers: number;
  returning_customers: number;
  new_revenue: number;
  returning_revenue: number;
  revenue_without_customer: number;
  order_lines_without_customer: number;
  repeat_rate: number | null;
}

export interface OverviewPeriod {
  period: string;
  revenue: number;
  orders: number;
  order_lines: number;
  units: number;
  customers: number;
  average_order_value: number | null;
  new_customers: number;
  returning_customers: number;
  new_revenue: number;
  returning_revenue: number;
  incomplete: boolean;
}

export interface Weekday {
  weekday: number;
  revenue: number;
  orders: number;
  average_order_value: number | null;
  days: number;
}

export interface Pareto {
  customers: number;
  points: { customer_share: number; revenue_share: number }[];
  top20_revenue_share: number | null;
  gini: number | null;
}

export interface Overview {
  totals: OverviewTotals;
  periods: OverviewPeriod[];
  weekdays: Weekday[];
  pareto: Pareto;
}

export type Factor = "recency_days" | "frequency" | "monetary";

export interface FactorSummary {
  count: number;
  mean: number;
  std: number;
  min: number;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
  max: number;
}

export interface GroupFigures {
  customers: number;
  orders: number;
  recency_mean: number | null;
  frequency_mean: number | null;
  monetary_mean: number | null;
  monetary_sum: number;
  customer_share: number;
  revenue_share: number;
}

export type ScoreFigures = GroupFigures & { score: number };
export type ClassFigures = GroupFigures & { class: string; score_min: number; score_max: number };
export type SegmentFigures = GroupFigures & { segment: string };

export interface RfmCell {
  r: number;
  f: number;
  customers: number;
  monetary_sum: number;
  monetary_mean: number | null;
  recency_mean: number | null;
}

export interface Bin {
  from: number;
  to: number;
  customers: number;
}

export interface CustomerRow {
  customer_id: string;
  recency_days: number;
  frequency: number;
  monetary: number;
  orders: number;
  last_order_on: string;
  r: number;
  f: number;
  m: number;
  score: number;
  class: string;
  segment: string;
}

export interface Rfm {
  factors: Record<Factor, FactorSummary>;
  scoring: Record<Factor, { groups: number; edges: number[] }>;
  scores: ScoreFigures[];
  classes: ClassFigures[];
  segments: SegmentFigures[];
  cells: RfmCell[];
  distributions: Record<Factor, Bin[]>;
  customers: CustomerRow[] | null;
}

export interface CohortCell {
  age: number;
  active: number | null;
  rate: number | null;
  orders: number | null;
  revenue: number | null;
  cumulative_revenue: number | null;
  arpu: number | null;
  incomplete: boolean | null;
}

export interface Cohort {
  cohort: string;
  size: number;
  periods: CohortCell[];
}

export interface MeanCurvePoint {
  age: number;
  weighted_rate: number;
  low: number | null;
  high: number | null;
  unweighted_rate: number;
  cohorts: number;
  weighted_arpu: number | null;
  weighted_cumulative_arpu: number | null;
}

export interface Drop {
  from_age: number;
  to_age: number;
  drop: number;
}

export interface CohortValue {
  cohort: string;
  size: number;
  six_month_value: number | null;
  twelve_month_value: number | null;
  steepest_drop: Drop | null;
}

export interface Difference {
  what: string;
  best: number | null;
  worst: number | null;
  index: number | null;
}

export interface Contrast {
  metric: string;
  age: number;
  best: string[];
  worst: string[];
  differences: Difference[];
}

export interface Cohorts {
  cohorts: Cohort[];
  mean_curve: MeanCurvePoint[];
  steepest_drop: Drop | null;
  values: CohortValue[];
  contrast: Contrast | null;
}

export interface CustomerList {
  total: number;
  customers: CustomerRow[];
}

export interface CustomerOrder {
  order_id: string;
  ordered_at: string;
  ordered_on: string;
  order_lines: number;
  units: number;
  revenue: number;
}

export interface CustomerProduct {
  product_id: string;
  product_name: string | null;
  quantity: number;
  revenue: number;
  orders: number;
  last_ordered_on: string;
}

export interface CustomerDetail {
  customer_id: string;
  country: string | null;
  first_ordered_at: string;
  last_ordered_at: string;
  orders: number;
  order_lines: number;
  purchase_days: number;
  units: number;
  revenue: number;
  average_order_value: number | null;
  median_gap_days: number | null;
  scores: CustomerRow & { percentiles: Record<Factor, number> };
  reading: Words[];
  history: CustomerOrder[];
  products: CustomerProduct[];
}

export interface SourceFile {
  path: string;
  bytes: number;
  format: string;
  encoding: string | null;
  delimiter: string | null;
  sheet: string | null;
  rows_read: number;
}

export interface Fate {
  fate: "kept" | "dropped" | "quarantined" | "already_present" | "replaced" | "netted";
  rule?: string | null;
  rows: number;
}

export interface QuarantineReason {
  reason: string;
  column: string | null;
  rows: number;
  sample: { file: string; line: number; value: string | null } | null;
}

export interface ColumnProfile {
  column: string;
  source_column: string | null;
  kind: "number" | "text" | "time" | "boolean";
  missing: number;
  missing_share: number;
  distinct: number | null;
  min: number | string | null;
  max: number | string | null;
  mean: number | null;
  top: { value: string; rows: number }[] | null;
  histogram: { from: number | string; to: number | string; rows: number }[] | null;
}

export interface Coverage {
  first_on: string;
  last_on: string;
  days: number;
  days_with_orders: number;
  gaps: { from: string; to: string; days: number }[];
  by_month: { month: string; order_lines: number; orders: number; revenue: number }[];
}

export interface SourceReport {
  source: string;
  files: SourceFile[];
  rows_read: number;
  fates: Fate[];
  flags: { flag: string; rows: number }[];
  quarantine: QuarantineReason[];
  columns: ColumnProfile[];
  coverage: Coverage | null;
}

export interface Quality {
  snapshot: string;
  imported_at: string;
  seconds: number;
  sources: SourceReport[];
  findings: Finding[];
}

export interface QuarantinedRow {
  source: string;
  file: string;
  line: number;
  column: string | null;
  value: string | null;
  reason: string;
  text: Words;
  row: Record<string, string | null>;
}

export interface Quarantine {
  total: number;
  rows: QuarantinedRow[];
}

export interface Mapping {
  path: string;
  toml: string;
}

export interface Run {
  id: string | number;
  kind: "import" | "analysis";
  name: string;
  started_at: string;
  seconds: number;
  outcome: "done" | "unchanged" | "failed";
  snapshot: string | null;
  version: string;
  params: Record<string, unknown>;
  inputs: { path: string; bytes: number; blake3: string }[];
  counts: Record<string, unknown>;
}

export interface Runs {
  runs: Run[];
}

/** The filters that every analysis takes. */
export interface ScopeQuery {
  as_of?: string;
  from?: string;
  country?: string;
  sales_platform?: string;
  category?: string;
  segment?: string;
}

export interface RfmQuery extends ScopeQuery {
  model?: string;
  groups?: number;
  frequency?: string;
  monetary?: string;
  classes?: number;
  scheme?: string;
  preset?: string;
}

export interface CustomersQuery extends RfmQuery {
  search?: string;
  sort?: string;
  descending?: boolean;
  limit?: number;
  offset?: number;
}

interface Get<Query, Body> {
  get: {
    parameters: { query?: Query };
    responses: {
      200: { content: { "application/json": Body } };
      default: { content: { "application/problem+json": Problem } };
    };
  };
}

export interface paths {
  "/api/shop": Get<Record<string, never>, Shop>;
  "/api/catalogue": Get<Record<string, never>, Catalogue>;
  "/api/analyses/overview": Get<ScopeQuery & { granularity?: string }, Answer<Overview>>;
  "/api/analyses/rfm": Get<RfmQuery, Answer<Rfm>>;
  "/api/analyses/cohorts": Get<
    ScopeQuery & { period?: string; retention?: string },
    Answer<Cohorts>
  >;
  "/api/analyses/customers": Get<CustomersQuery, Answer<CustomerList>>;
  "/api/analyses/customer": Get<RfmQuery & { id?: string }, Answer<CustomerDetail>>;
  "/api/quality": Get<Record<string, never>, Quality>;
  "/api/quarantine": Get<{ reason?: string; limit?: number; offset?: number }, Quarantine>;
  "/api/mapping": Get<Record<string, never>, Mapping>;
  "/api/runs": Get<{ limit?: number }, Runs>;
}
