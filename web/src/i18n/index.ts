/** Words in both languages stand beside each other in the `messages` files; nothing else holds any. */
import type { Language, Words } from "$/api";
import { audiences } from "./messages/audiences";
import { frame } from "./messages/frame";
import { movement } from "./messages/movement";
import { overview } from "./messages/overview";
import { coupons } from "./messages/coupons";
import { promotions } from "./messages/promotions";
import { clusters } from "./messages/clusters";
import { grades } from "./messages/grades";
import { segments } from "./messages/segments";
import { channels } from "./messages/channels";
import { cohorts } from "./messages/cohorts";
import { customers } from "./messages/customers";
import { data } from "./messages/data";
import { explore } from "./messages/explore";
import { score } from "./messages/score";
import { profile } from "./messages/profile";
import { terms } from "./messages/terms";
import { value } from "./messages/value";
import { response } from "./messages/response";
import { weights } from "./messages/weights";
import { fill, type Values, type Wanted } from "./translate";

export const messages = {
  ...frame,
  ...terms,
  ...overview,
  ...segments,
  ...movement,
  ...weights,
  ...response,
  ...clusters,
  ...grades,
  ...cohorts,
  ...customers,
  ...audiences,
  ...data,
  ...explore,
  ...profile,
  ...value,
  ...score,
  ...channels,
  ...promotions,
  ...coupons,
} as const;

type MessageKey = keyof typeof messages;
type ValuesOf<Key extends MessageKey> = Wanted<
  (typeof messages)[Key]["en"] | (typeof messages)[Key]["ko"]
>;
type Arguments<Key extends MessageKey> = [ValuesOf<Key>] extends [never]
  ? []
  : [values: Record<ValuesOf<Key>, string | number>];

export interface Translator {
  language: Language;
  /** A message of the dashboard. */
  <Key extends MessageKey>(key: Key, ...values: Arguments<Key>): string;
  /** A text that came from the server in both languages. */
  words(words: Words): string;
  /** A name that came from the server and may have no message here: then it is shown as it is. */
  named(prefix: string, name: string): string;
}

export function translator(language: Language): Translator {
  const translate = ((key: MessageKey, values?: Values) =>
    fill(messages[key], language, values)) as Translator;
  translate.language = language;
  translate.words = (words) => words[language] || words.en;
  translate.named = (prefix, name) => {
    const words = (messages as Record<string, Words>)[`${prefix}.${name}`];
    return words ? words[language] : name.replaceAll("_", " ");
  };
  return translate;
}

export function browserLanguage(preferred: readonly string[]): Language {
  const first = preferred.find((tag) => /^(ko|en)\b/i.test(tag));
  return first?.toLowerCase().startsWith("ko") ? "ko" : "en";
}
