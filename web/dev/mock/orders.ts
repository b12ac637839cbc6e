/** A small shop for developing the dashboard without a server: orders from a seeded generator. */
export interface Order {
  id: string;
  customer: string;
  country: string;
  on: string;
  day: number;
  lines: number;
  units: number;
  revenue: number;
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const DAY = 86_400_000;
export const FIRST = Date.UTC(2010, 11, 1);
export const DAYS = 374;
export const isoDay = (day: number) => new Date(FIRST + day * DAY).toISOString().slice(0, 10);
export const dayOf = (iso: string) => Math.floor((Date.parse(iso) - FIRST) / DAY);

export function makeOrders(customers = 1800): Order[] {
  const next = random(7);
  const orders: Order[] = [];
  const countries = ["United Kingdom", "Germany", "France", "EIRE", "Spain"];
  for (let i = 0; i < customers; i += 1) {
    const country = countries[Math.min(4, Math.floor(-Math.log(1 - next()) * 0.55))] ?? "Spain";
    const rate = -Math.log(1 - next()) / 70;
    const spend = 60 * Math.exp(1.3 * (next() + next() + next() - 1.2));
    const leaves = next() * 500;
    let day = Math.floor(next() ** 1.3 * (DAYS - 1));
    const start = day;
    while (day < DAYS && day - start < leaves) {
      const date = new Date(FIRST + day * DAY);
      const shut = date.getUTCDay() === 6 || (day > 21 && day < 34);
      if (!shut) {
        const season = 1 + (date.getUTCMonth() >= 8 ? 0.35 : 0);
        const lines = 1 + Math.floor(-Math.log(1 - next()) * 12);
        orders.push({
          id: String(536365 + orders.length),
          customer: String(12346 + i),
          country,
          on: isoDay(day),
          day,
          lines,
          units: lines * 9,
          revenue: Math.round(spend * season * (0.5 + next()) * 100) / 100,
        });
      }
      day += 1 + Math.floor(-Math.log(1 - next()) / rate);
    }
  }
  return orders.sort((a, b) => a.day - b.day);
}

export function groupBy<T>(values: T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
