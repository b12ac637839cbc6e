/**
 * Conditions that are put together by clicking, and the text that they are: SQL over what is known of customers.
 * Writing and reading are inverse to each other; a text that clicking could not have made is read as `null` and is
 * for the text field.
 */
import type { AudienceColumn } from "$/api";

export type Kind = AudienceColumn["kind"];
/** Numbers and days: from, to, or both ends; texts: one of some values. */
export type Operator = "from" | "to" | "between" | "in" | "not_in" | "known" | "not_known";

export interface Condition {
  column: string;
  operator: Operator;
  /** Both ends, or one; the values of a text; `true` or `false`. */
  values: string[];
}

export interface Rule {
  /** All conditions hold, or any of them. */
  join: "AND" | "OR";
  conditions: Condition[];
}

export const OPERATORS: Record<Kind, readonly Operator[]> = {
  number: ["from", "to", "between", "known", "not_known"],
  date: ["from", "to", "between", "known", "not_known"],
  text: ["in", "not_in", "known", "not_known"],
  flag: ["in", "known", "not_known"],
};

const quoted = (name: string) =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** A condition that says something yet: a value is there, and numbers are numbers. */
export function isWhole({ operator, values }: Condition, kind: Kind): boolean {
  if (operator === "known" || operator === "not_known") return true;
  const needed = operator === "between" ? 2 : 1;
  if (values.length < needed) return false;
  if (kind === "number") {
    return values.every((value) => value.trim() !== "" && Number.isFinite(Number(value)));
  }
  if (kind === "date") return values.every((value) => /^\d{4}-\d{2}-\d{2}$/.test(value));
  return true;
}

function write({ column, operator, values }: Condition, kind: Kind): string {
  const name = quoted(column);
  const literal = (value: string) =>
    kind === "number"
      ? String(Number(value))
      : kind === "date"
        ? `DATE ${text(value)}`
        : text(value);
  const [first = "", second = ""] = values;
  switch (operator) {
    case "from":
      return `${name} >= ${literal(first)}`;
    case "to":
      return `${name} <= ${literal(first)}`;
    case "between":
      return `${name} BETWEEN ${literal(first)} AND ${literal(second)}`;
    case "known":
      return `${name} IS NOT NULL`;
    case "not_known":
      return `${name} IS NULL`;
    case "in":
    case "not_in": {
      if (kind === "flag") return `${name} = ${first}`;
      const not = operator === "not_in";
      if (values.length === 1) return `${name} ${not ? "<>" : "="} ${text(first)}`;
      return `${name} ${not ? "NOT IN" : "IN"} (${values.map(text).join(", ")})`;
    }
  }
}

/** The text of the conditions that say something; empty where none does. */
export function writeRule(rule: Rule, kindOf: (column: string) => Kind | undefined): string {
  const parts = rule.conditions.flatMap((condition) => {
    const kind = kindOf(condition.column);
    return kind && isWhole(condition, kind) ? [write(condition, kind)] : [];
  });
  return parts.join(` ${rule.join} `);
}

const TOKEN =
  /\s*(?:(DATE\s+)?'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|(>=|<=|<>|[=(),]))/giuy;

type Token =
  | { type: "text" | "date" | "number" | "name" | "sign"; value: string }
  | { type: "word"; value: string };
const WORDS = new Set(["AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "TRUE", "FALSE"]);

function tokens(source: string): Token[] | null {
  const found: Token[] = [];
  const rest = source.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rest.length) {
    const match = TOKEN.exec(rest);
    if (!match) return null;
    const [, date, string, name, number, word, sign] = match;
    if (string !== undefined) {
      found.push({ type: date ? "date" : "text", value: string.replaceAll("''", "'") });
    } else if (name !== undefined) found.push({ type: "name", value: name.replaceAll('""', '"') });
    else if (number !== undefined) found.push({ type: "number", value: number });
    else if (word !== undefined) {
      const upper = word.toUpperCase();
      if (WORDS.has(upper)) found.push({ type: "word", value: upper });
      else found.push({ type: "name", value: word.toLowerCase() });
    } else if (sign !== undefined) found.push({ type: "sign", value: sign });
  }
  return found;
}

/** The conditions of a text, if clicking can make it. */
export function readRule(
  source: string,
  kindOf: (column: string) => Kind | undefined,
): Rule | null {
  if (source.trim() === "") return { join: "AND", conditions: [] };
  const all = tokens(source);
  if (!all) return null;
  let at = 0;
  const take = (type: Token["type"], value?: string): string | null => {
    const token = all[at];
    if (!token || token.type !== type || (value !== undefined && token.value !== value))
      return null;
    at += 1;
    return token.value;
  };
  const literal = (kind: Kind): string | null =>
    take(kind === "number" ? "number" : kind === "date" ? "date" : "text");

  const condition = (): Condition | null => {
    const column = take("name");
    if (column === null) return null;
    const kind = kindOf(column);
    if (!kind) return null;
    if (take("word", "IS")) {
      const not = take("word", "NOT") !== null;
      if (!take("word", "NULL")) return null;
      return { column, operator: not ? "known" : "not_known", values: [] };
    }
    if (kind === "flag") {
      if (!take("sign", "=")) return null;
      const value = take("word", "TRUE") ?? take("word", "FALSE");
      return value === null ? null : { column, operator: "in", values: [value.toLowerCase()] };
    }
    if (kind === "text") {
      const not = take("word", "NOT") !== null;
      if (take("word", "IN")) {
        if (!take("sign", "(")) return null;
        const values: string[] = [];
        do {
          const value = literal(kind);
          if (value === null) return null;
          values.push(value);
        } while (take("sign", ","));
        return take("sign", ")") === null
          ? null
          : { column, operator: not ? "not_in" : "in", values };
      }
      if (not) return null;
      const equal = take("sign", "=");
      if (!equal && !take("sign", "<>")) return null;
      const value = literal(kind);
      return value === null ? null : { column, operator: equal ? "in" : "not_in", values: [value] };
    }
    if (take("word", "BETWEEN")) {
      const from = literal(kind);
      if (from === null || !take("word", "AND")) return null;
      const to = literal(kind);
      return to === null ? null : { column, operator: "between", values: [from, to] };
    }
    const sign = take("sign", ">=") ?? take("sign", "<=") ?? take("sign", "=");
    const value = sign && literal(kind);
    if (!sign || value === null) return null;
    if (sign === "=") return { column, operator: "between", values: [value, value] };
    return { column, operator: sign === ">=" ? "from" : "to", values: [value] };
  };

  const conditions: Condition[] = [];
  let join: Rule["join"] | null = null;
  while (true) {
    const next = condition();
    if (!next) return null;
    conditions.push(next);
    if (at === all.length) return { join: join ?? "AND", conditions };
    const word = take("word", "AND") ?? take("word", "OR");
    if (!word || (join && word !== join)) return null;
    join = word as Rule["join"];
  }
}

/** The condition that somebody is in a segment, for pages that start an audience. */
export function inSegment(scheme: string, key: string): string {
  return `${quoted(`segment_${scheme}`)} = ${text(key)}`;
}

/** The condition that somebody is in a cell of recency and frequency. */
export function inCell(r: number, f: number): string {
  return `r_score = ${r} AND f_score = ${f}`;
}
