/**
 * The only door to the API: types, the client and its errors are imported from here. The types come
 * from `schema.d.ts`, which is generated from the server's own description (`npm run api`).
 */
import type { Answered, Body } from "./client";
import type { components } from "./schema";

export { ApiError, cached, change, fetchJson, fileOf, forget, keyOf } from "./client";
export type { Body, Path, Query } from "./client";

type Schemas = components["schemas"];
type Schema<Name extends keyof Schemas> = Answered<Schemas[Name]>;

export type Words = Schema<"Words">;
export type Language = keyof Words;
export type Finding = Schema<"Finding">;
export type Severity = Schema<"Severity">;

export type Shop = Body<"/api/shop">;
export type Scheme = Schema<"Scheme">;
export type FilterValue = Schema<"FilterValue">;
export type Catalogue = Body<"/api/catalogue">;

export type Overview = Body<"/api/analyses/overview">["result"];
export type OverviewPeriod = Schema<"PeriodRow">;
export type Weekday = Schema<"WeekdayRow">;
export type Pareto = Schema<"Pareto">;

export type Rfm = Body<"/api/analyses/rfm">["result"];
export type Factor = keyof Rfm["factors"];
export type FactorSummary = Rfm["factors"][Factor];
export type Bin = Rfm["distributions"][Factor][number];
export type GroupFigures = Schema<"GroupStats">;
export type ScoreFigures = Schema<"ScoreRow">;
export type ClassFigures = Schema<"ClassRow">;
export type SegmentFigures = Schema<"SegmentRow">;
export type RfmCell = Schema<"Cell">;
export type WeightRow = Schema<"WeightRow">;
export type WeightInterval = Schema<"WeightInterval">;
export type WeightQuality = Schema<"WeightQuality">;
export type ResponseCount = Schema<"ResponseCount">;
export type ResponseCustomer = Schema<"ResponseCustomer">;
export type ResponseGroup = Schema<"ResponseGroup">;
export type ResponseTenth = Schema<"ResponseTenth">;
export type RankingQuality = Schema<"RankingQuality">;
export type CustomerRow = Schema<"CustomerRow">;
export type ListedCustomer = Schema<"ListedCustomer">;

export type MovementResult = Body<"/api/analyses/movement">["result"];
export type MovementFlow = Schema<"Flow">;
export type SegmentMovement = Schema<"SegmentMovement">;
export type SegmentSize = Schema<"SegmentSize">;
export type Mover = Schema<"Mover">;
export type ReachPoint = Schema<"ReachPoint">;
export type SlowCustomer = Schema<"SlowCustomer">;

export type SegmentProfile = Body<"/api/analyses/segment-profile">["result"];
export type ProfileGroup = Schema<"ProfileGroup">;
export type ProfileDimension = Schema<"ProfileDimension">;
export type ProfileValue = Schema<"ProfileValue">;
export type ProfileCell = Schema<"ProfileCell">;

export type CouponPlan = Body<"/api/analyses/coupon-plan">["result"];
export type PlanCell = Schema<"PlanCell">;
export type JudgedMethod = Schema<"JudgedMethod">;
export type PastDiscount = Schema<"PastDiscount">;

export type Hypotheses = Body<"/api/analyses/hypotheses">["result"];
export type Verdict = Schema<"HypothesisVerdict">;

export type Cohort = Schema<"CohortRow">;
export type CohortCell = Schema<"CohortPeriod">;
export type CohortValue = Schema<"CohortValue">;
export type MeanCurvePoint = Schema<"MeanPoint">;
export type Contrast = Schema<"Contrast">;
export type Difference = Schema<"Difference">;
export type RankedCohort = Schema<"RankedCohort">;
export type CohortOutlook = Schema<"CohortOutlook">;
export type CheckedValue = Schema<"CheckedValue">;

export type Value = Body<"/api/analyses/value">["result"];
export type ValueBin = Schema<"ValueBin">;
export type ValueConcentration = Schema<"ValueConcentration">;
export type ValueSurface = Schema<"Surface">;
export type GroupValue = Schema<"GroupValue">;
export type CustomerValue = Schema<"CustomerValue">;
export type AheadPoint = Schema<"AheadPoint">;
export type ParameterEstimate = Schema<"ParameterEstimate">;

export type ScoreCheck = Schema<"ScoreCheck">;
export type ScoreCoefficient = Schema<"ScoreCoefficient">;
export type ScoredCustomer = Schema<"ScoredCustomer">;
export type Channels = Body<"/api/analyses/channels">["result"];
export type ChannelRow = Schema<"ChannelRow">;
export type GuardRow = Schema<"GuardRow">;
export type Promotions = Body<"/api/analyses/promotions">["result"];
export type PromotionRow = Schema<"PromotionRow">;
export type ResponseRow = Schema<"ResponseRow">;
export type CouponState = Schema<"CouponState">;
export type AgeOfferRow = Schema<"AgeOfferRow">;
export type CameRow = Schema<"CameRow">;
export type SalesPoint = Schema<"SalesPoint">;
export type ChannelBudget = Schema<"ChannelBudget">;
export type CurvePoint = Schema<"CurvePoint">;
export type BudgetMonth = Schema<"BudgetMonth">;
export type Gateway = Body<"/api/analyses/gateway">["result"];
export type GatewayRow = Schema<"GatewayRow">;
export type Clusters = Body<"/api/analyses/clusters">["result"];
export type ClusterCard = Schema<"ClusterCard">;
export type ClusterFeature = Schema<"ClusterFeature">;
export type ClusterNumber = Schema<"ClusterNumber">;
export type ClusterPoint = Schema<"ClusterPoint">;
export type ClusterTree = Schema<"ClusterTree">;
export type ComponentLoading = Schema<"ClusterLoading">;

export type Grades = Body<"/api/analyses/grades">["result"];
export type GradeFactor = Schema<"GradeFactor">;
export type GradeRow = Schema<"GradeRow">;
export type GradeScore = Schema<"GradeScore">;
export type GradeCoupons = Schema<"GradeCoupons">;

export type ModelCheck = Schema<"ModelCheck">;
export type TrackingPoint = Schema<"TrackingPoint">;
export type RepeatsRow = Schema<"RepeatsRow">;
export type RevenueCheck = Schema<"RevenueCheck">;

export type CustomerOrder = Schema<"OrderRow">;
export type CustomerProduct = Schema<"ProductRow">;

export type SourceReport = Schema<"SourceReport">;
export type SourceFile = Schema<"FileReport">;
export type OutlierLimits = Schema<"OutlierLimits">;
export type Fate = Schema<"Fate">;
export type ColumnProfile = Schema<"ColumnProfile">;
export type Coverage = Schema<"Coverage">;
export type QuarantinedRow = Schema<"QuarantinedRow">;
export type Run = Schema<"Run">;
export type JoinReport = Schema<"JoinReport">;
export type Link = Schema<"Link">;
export type Ability = Schema<"Ability">;
export type Switch = Schema<"Switch">;

export type ExploredColumn = Schema<"ColumnRow">;
export type CalendarCell = Schema<"CalendarCell">;
export type Correlation = Schema<"CorrelationRow">;

export type ListedAudience = Schema<"ListedAudience">;
export type NewAudience = Schema<"NewAudience">;
export type AudienceColumn = Schema<"Column">;
