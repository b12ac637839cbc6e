/**
 * Fetches from the API and remembers the answers.
 * An answer depends only on its URL and the snapshot of the store, so a remembered one stays true
 * until the snapshot changes (`forget`).
 */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

/** The description calls a field optional where it may be null; the server writes every field. */
export type Answered<T> = T extends object ? { [K in keyof T]-?: Answered<T[K]> } : T;

/** Files to take away are linked to, not fetched; what has a name in its path is only changed. */
export type Path = Exclude<
  keyof paths,
  `${string}.csv` | `${string}.html` | `${string}.xlsx` | "/api/audiences/{name}"
>;
/** The names are checked here; values often come from the URL, so the server checks those. */
export type Query<P extends Path> = {
  [Name in keyof NonNullable<paths[P]["get"]["parameters"]["query"]>]?: string | number | boolean;
};
export type Body<P extends Path> = Answered<
  paths[P]["get"]["responses"][200]["content"]["application/json"]
>;
/** Where the server was not reached, there is neither detail nor hint. */
export type Problem = Pick<components["schemas"]["Problem"], "code" | "title" | "status"> &
  Partial<components["schemas"]["Problem"]>;

const REMEMBERED = 200;
const memory = new Map<string, unknown>();
// Looked up at each call, so that a test can put its own `fetch` in place.
const client = createClient<paths>({ baseUrl: "", fetch: (request) => globalThis.fetch(request) });

/** A failed request, in the words of the server where it had any. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }
}

/** Parameters in a fixed order; empty ones are left out, so that the shop's own values hold. */
function given(query: object): [string, string][] {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]): [string, string] => [name, String(value)])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The address that an answer is remembered under. */
export function keyOf<P extends Path>(path: P, query: Query<P>): string {
  const entries = given(query);
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`;
}

/** The address of a table of an analysis as a file for a spreadsheet. */
export function fileOf<P extends Path>(path: P, table: string, query: Query<P>): string {
  return keyOf(path, query).replace(path, `${path}/${table}.csv`);
}

export function cached<P extends Path>(path: P, query: Query<P>): Body<P> | undefined {
  return memory.get(keyOf(path, query)) as Body<P> | undefined;
}

/** Forgets every answer; called when the store has a new snapshot. */
export function forget(): void {
  memory.clear();
}

/**
 * @throws {ApiError} when the server refuses or cannot be reached
 * @throws {DOMException} `AbortError` when `signal` fires first
 */
export async function fetchJson<P extends Path>(
  path: P,
  query: Query<P>,
  signal?: AbortSignal,
): Promise<Body<P>> {
  const key = keyOf(path, query);
  if (memory.has(key)) return memory.get(key) as Body<P>;
  let reply;
  try {
    reply = await client.GET(path as "/api/runs", {
      params: { query: Object.fromEntries(given(query)) as { limit?: number } },
      signal,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError({ code: "unreachable", title: String(cause), status: 0 });
  }
  if (reply.error !== undefined || reply.data === undefined) {
    throw new ApiError(asProblem(reply.error, reply.response));
  }
  if (memory.size >= REMEMBERED) {
    const oldest = memory.keys().next();
    if (!oldest.done) memory.delete(oldest.value);
  }
  memory.set(key, reply.data);
  return reply.data as unknown as Body<P>;
}

/**
 * Changes something on the server. What was remembered may no longer be true then: `forget`.
 * @throws {ApiError} when the server refuses or cannot be reached
 */
export async function change(
  method: "POST" | "DELETE",
  path: string,
  body?: object,
): Promise<void> {
  let reply: Response;
  try {
    reply = await globalThis.fetch(path, {
      method,
      headers: { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
  } catch (cause) {
    throw new ApiError({ code: "unreachable", title: String(cause), status: 0 });
  }
  if (!reply.ok) throw new ApiError(asProblem(await reply.json().catch(() => null), reply));
}

function asProblem(body: unknown, response: Response): Problem {
  if (typeof body === "object" && body !== null && "code" in body && "title" in body) {
    return body as Problem;
  }
  return { code: "http", title: `HTTP ${response.status}`, status: response.status };
}
