/**
 * Fills a message with its values.
 *
 * - `{name}` puts the value in; numbers are written by the language's rules.
 * - `{name#customer|customers}` picks the singular or the plural by the number `name` (English).
 * - `{name:은/는}` puts the value in with the fitting particle (Korean).
 */
import type { Language, Words } from "$/api";
import { withParticle } from "./particle";

export type Values = Record<string, string | number>;

type NameOf<Inner extends string> = Inner extends `${infer Name}#${string}`
  ? Name
  : Inner extends `${infer Name}:${string}`
    ? Name
    : Inner;

/** The names of the values that a message wants. */
export type Wanted<Text extends string> = Text extends `${string}{${infer Inner}}${infer Rest}`
  ? NameOf<Inner> | Wanted<Rest>
  : never;

const numbers: Record<Language, Intl.NumberFormat> = {
  en: new Intl.NumberFormat("en"),
  ko: new Intl.NumberFormat("ko"),
};

/** Keeps "76%" and the particle after it on one line; browsers would break between them. */
const WORD_JOINER = "\u2060";
const keepTogether = (text: string) => text.replace(/%(?=[가-힣])/gu, `%${WORD_JOINER}`);

export function fill(words: Words, language: Language, values: Values = {}): string {
  const filled = words[language].replace(/\{([^}]+)\}/g, (_, inner: string) => {
    const [, name = "", mark, rest = ""] = /^(\w+)([#:])?(.*)$/u.exec(inner) ?? [];
    const value = values[name];
    if (value === undefined) return "";
    if (mark === "#") {
      const [one = "", other = ""] = rest.split("|");
      return Number(value) === 1 ? one : other;
    }
    const text = typeof value === "number" ? numbers[language].format(value) : value;
    return mark === ":" ? withParticle(text, rest) : text;
  });
  return language === "ko" ? keepTogether(filled) : filled;
}
