/** The shop's audiences: fetched when somebody asks for them, and again when one is saved or removed. */
import { ApiError, change, fetchJson, forget, type ListedAudience, type NewAudience } from "$/api";
import { ui } from "./context.svelte";
import { awaiting } from "./latency";

let list = $state.raw<ListedAudience[]>();
let error = $state.raw<ApiError>();
let asked = false;

export const audiences = {
  get list() {
    return list;
  },
  get error() {
    return error;
  },
};

export async function loadAudiences(): Promise<void> {
  asked = true;
  const done = awaiting();
  try {
    list = (await fetchJson("/api/audiences", {})).audiences;
    error = undefined;
  } catch (cause) {
    error =
      cause instanceof ApiError
        ? cause
        : new ApiError({ code: "client", title: String(cause), status: 0 });
  } finally {
    done();
  }
}

/** Fetches the list unless it is here or on its way. */
export function needAudiences(): void {
  if (!asked) void loadAudiences();
}

/** What people call an audience; its name until the list is here. */
export function audienceTitle(name: string): string {
  const found = list?.find((one) => one.name === name);
  return found ? ui.t.words(found.title) : name;
}

/** @throws {ApiError} where the condition or the name cannot be */
export async function saveAudience(wanted: NewAudience): Promise<void> {
  await change("POST", "/api/audiences", wanted);
  // An answer under a filter by this audience may be another one now.
  forget();
  await loadAudiences();
}

/** @throws {ApiError} */
export async function removeAudience(name: string): Promise<void> {
  await change("DELETE", `/api/audiences/${encodeURIComponent(name)}`);
  forget();
  await loadAudiences();
}
