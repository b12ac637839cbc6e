/**
 * An answer of the API that follows the state: when its query changes, the old answer stays on
 * screen until the new one is here, and a request that is no longer wanted is cancelled.
 */
import { ApiError, cached, fetchJson, keyOf, type Body, type Path, type Query } from "$/api";
import { untrack } from "svelte";
import { awaiting } from "./latency";
import type { Nearness } from "./near.svelte";
import { preferences } from "./preferences.svelte";

/** Only waits longer than this are worth telling about. */
const SLOW_MS = 300;

export interface Resource<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  /** The answer on screen belongs to an earlier query. */
  readonly stale: boolean;
  /** The wait has been long enough to be shown. */
  readonly slow: boolean;
  retry(): void;
}

let slowOnes = $state(0);

/** How many requests have been under way for longer than a moment. */
export const slowRequests = {
  get count() {
    return slowOnes;
  },
};

interface Asking {
  /** What follows completes a picture that is already on screen: a change does not count as waiting for it. */
  follows?: () => boolean;
  /** Nothing is asked unless this holds; the answer that is there stays, and is told to be stale. */
  when?: () => boolean;
}

/** A part of a page that takes long: asked for only close to the reader, and waited for only where it is seen. */
export function near(place: Nearness): Asking {
  return { when: () => place.close || preferences.printing, follows: () => !place.seen };
}

/** `query` gives null while there is nothing to ask. */
export function resource<P extends Path>(
  path: P,
  query: () => Query<P> | null,
  asking: Asking = {},
): Resource<Body<P>> {
  let data = $state.raw<Body<P>>();
  let error = $state.raw<ApiError>();
  let stale = $state(false);
  let slow = $state(false);
  let attempt = $state(0);
  const wanted = $derived(query());
  // A string compares by value, so that an equal query does not ask again.
  const key = $derived(wanted === null ? null : keyOf(path, wanted));
  // What is under way is not broken off by a reader who passes on.
  let begun: string | null = null;
  const allowed = $derived((asking.when?.() ?? true) || key === begun);

  $effect(() => {
    void attempt;
    if (key === null) {
      data = undefined;
      error = undefined;
      stale = false;
      return;
    }
    const asked = JSON.parse(JSON.stringify(wanted)) as Query<P>;
    const remembered = cached(path, asked);
    if (remembered !== undefined) {
      data = remembered;
      error = undefined;
      stale = false;
      return;
    }
    if (!allowed) {
      stale = data !== undefined;
      return;
    }
    begun = key;
    const abort = new AbortController();
    const done = untrack(() => asking.follows?.()) ? () => undefined : awaiting();
    stale = true;
    let counted = false;
    const timer = setTimeout(() => {
      slow = true;
      counted = true;
      slowOnes += 1;
    }, SLOW_MS);
    const settle = () => {
      clearTimeout(timer);
      slow = false;
      if (counted) slowOnes -= 1;
      counted = false;
      done();
    };
    fetchJson(path, asked, abort.signal)
      .then((answer) => {
        if (abort.signal.aborted) return;
        data = answer;
        error = undefined;
        stale = false;
        settle();
      })
      .catch((cause: unknown) => {
        if (abort.signal.aborted) return;
        error =
          cause instanceof ApiError
            ? cause
            : new ApiError({ code: "client", title: String(cause), status: 0 });
        stale = false;
        settle();
      });
    return () => {
      abort.abort();
      settle();
    };
  });

  return {
    get data() {
      return data;
    },
    get error() {
      return error;
    },
    get stale() {
      return stale;
    },
    get slow() {
      return slow;
    },
    retry() {
      attempt += 1;
    },
  };
}
