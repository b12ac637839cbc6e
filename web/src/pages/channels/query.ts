/** What the channels page asks for, from its address. */
import type { Query } from "$/api";
import type { Params } from "$/state/url";

export function channelsQuery(params: Params): Query<"/api/analyses/channels"> {
  return {
    ltv: params.ltv || undefined,
    active_days: params.active || undefined,
    margin: params.margin ? Number(params.margin) / 100 : undefined,
  } as Query<"/api/analyses/channels">;
}

/** The split is computed on the same values as the rest of the page. */
export function budgetQuery(params: Params): Query<"/api/analyses/budget"> {
  return {
    ...channelsQuery(params),
    budget: params.budget ? Number(params.budget) : undefined,
  } as Query<"/api/analyses/budget">;
}
