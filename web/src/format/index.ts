/** The only place where numbers, money, shares and dates become text. */
import type { Language } from "$/api";

export type Granularity = "day" | "week" | "month" | "quarter";

export interface Formatter {
  /** 4,338 — at most `digits` decimals. */
  number(value: number | null | undefined, digits?: number): string;
  /** 39.0 — always as many decimals, so that the points of a column stand below each other. */
  decimal(value: number | null | undefined, digits?: number): string;
  /** 39만, 393K: for pictures. */
  numberShort(value: number | null | undefined): string;
  /** £8,887,208.89: for tables; whole amounts from 100 on when `whole`. */
  money(value: number | null | undefined, whole?: boolean): string;
  /** ₩1.2억, £1.2M: for pictures and sentences. */
  moneyShort(value: number | null | undefined): string;
  /** Always with `digits` decimals; what is there, but less than the last of them, is not written as nothing: <0.1%. */
  percent(value: number | null | undefined, digits?: number): string;
  /** +12 %, −3 %, with a true minus sign. */
  change(value: number): string;
  date(iso: string | null | undefined): string;
  dateShort(iso: string): string;
  dateTime(moment: string | null | undefined): string;
  /** A period by its first day: "Dec 2010", "Q4 2010", "6 Dec". */
  period(iso: string, granularity: Granularity): string;
  periodShort(iso: string, granularity: Granularity): string;
  weekday(isoWeekday: number, long?: boolean): string;
  bytes(value: number): string;
  seconds(value: number): string;
}

export const NONE = "–";

/** 8.9M, 12.3M, 580K: one decimal at most, and none from three digits on. */
const COMPACT: Intl.NumberFormatOptions = {
  notation: "compact",
  // Korean counts in ten thousands and would leave 5,390만 without its comma.
  useGrouping: "always",
  minimumFractionDigits: 0,
  maximumFractionDigits: 1,
  maximumSignificantDigits: 3,
  roundingPriority: "lessPrecision",
};

interface Settings {
  language: Language;
  /** The reader's own tag (en-US, en-GB), which decides the order of day and month. */
  locale: string;
  currency: string;
  timeZone: string;
}

const parseDay = (iso: string) => new Date(`${iso.slice(0, 10)}T00:00:00Z`);
const present = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

export function localeFor(language: Language, preferred: readonly string[]): string {
  const own = preferred.find((tag) => tag.toLowerCase().startsWith(language));
  return own?.includes("-") ? own : language === "ko" ? "ko-KR" : "en-GB";
}

export function formatter(settings: Settings): Formatter {
  const { language, locale, currency, timeZone } = settings;
  const numbers = new Map<string, { format: (value: number) => string }>();
  const numberFormat = (options: Intl.NumberFormatOptions) => {
    const key = JSON.stringify(options);
    let format = numbers.get(key);
    if (!format) {
      // British English abbreviates in lower case (£1.2m); capitals are what the charts use.
      const tag = options.notation === "compact" && language === "en" ? "en" : locale;
      const plain = new Intl.NumberFormat(tag, options);
      // A hyphen is no minus sign: +148 and −54 shall stand below each other.
      format = { format: (value) => plain.format(value).replace("-", "−") };
      numbers.set(key, format);
    }
    return format;
  };
  const dates = new Map<string, Intl.DateTimeFormat>();
  const day = (date: Date, options: Intl.DateTimeFormatOptions, zone = "UTC") => {
    const key = zone + JSON.stringify(options);
    let format = dates.get(key);
    if (!format) {
      dates.set(key, (format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })));
    }
    return format.format(date);
  };
  const money: Intl.NumberFormatOptions = {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  };
  const quarter = (date: Date) => Math.floor(date.getUTCMonth() / 3) + 1;

  const self: Formatter = {
    number: (value, digits = 0) =>
      present(value) ? numberFormat({ maximumFractionDigits: digits }).format(value) : NONE,
    decimal: (value, digits = 1) =>
      present(value)
        ? numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
            value,
          )
        : NONE,
    numberShort: (value) => {
      if (!present(value)) return NONE;
      return numberFormat(
        Math.abs(value) < 10_000
          ? { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 }
          : COMPACT,
      ).format(value);
    },
    money: (value, whole = false) =>
      present(value)
        ? numberFormat({
            ...money,
            ...(whole && Math.abs(value) >= 100
              ? { maximumFractionDigits: 0, minimumFractionDigits: 0 }
              : {}),
          }).format(value)
        : NONE,
    moneyShort: (value) => {
      if (!present(value)) return NONE;
      return numberFormat(
        // £2K would hide that one is £1,620 and the other £2,380.
        Math.abs(value) < 10_000
          ? {
              ...money,
              maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0,
              minimumFractionDigits: 0,
            }
          : { ...money, ...COMPACT },
      ).format(value);
    },
    percent: (value, digits = 0) => {
      if (!present(value)) return NONE;
      const written = (share: number) =>
        numberFormat({
          style: "percent",
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
          signDisplay: "negative",
        }).format(share);
      const least = 10 ** -(digits + 2);
      return value > 0 && value < least / 2 ? `<${written(least)}` : written(value);
    },
    change: (value) =>
      numberFormat({
        style: "percent",
        maximumFractionDigits: Math.abs(value) < 0.1 ? 1 : 0,
        signDisplay: "exceptZero",
      }).format(value),
    date: (iso) => (iso ? day(parseDay(iso), { dateStyle: "medium" }) : NONE),
    dateShort: (iso) => day(parseDay(iso), { day: "numeric", month: "short" }),
    dateTime: (moment) =>
      moment ? day(new Date(moment), { dateStyle: "medium", timeStyle: "short" }, timeZone) : NONE,
    period: (iso, granularity) => {
      const date = parseDay(iso);
      if (granularity === "month") return day(date, { month: "short", year: "numeric" });
      if (granularity === "quarter") {
        return language === "ko"
          ? `${date.getUTCFullYear()}년 ${quarter(date)}분기`
          : `Q${quarter(date)} ${date.getUTCFullYear()}`;
      }
      if (granularity === "week") {
        return language === "ko"
          ? `${day(date, { dateStyle: "medium" })} 주`
          : `week of ${day(date, { dateStyle: "medium" })}`;
      }
      return day(date, { dateStyle: "medium" });
    },
    periodShort: (iso, granularity) => {
      const date = parseDay(iso);
      if (granularity === "month") {
        const year = String(date.getUTCFullYear() % 100).padStart(2, "0");
        return language === "ko"
          ? `${year}년 ${date.getUTCMonth() + 1}월`
          : `${day(date, { month: "short" })} ${year}`;
      }
      if (granularity === "quarter") {
        const year = String(date.getUTCFullYear() % 100).padStart(2, "0");
        return language === "ko" ? `${year}년 ${quarter(date)}분기` : `Q${quarter(date)} ${year}`;
      }
      return self.dateShort(iso);
    },
    // 2024-01-01 was a Monday.
    weekday: (isoWeekday, long = false) =>
      day(new Date(Date.UTC(2024, 0, isoWeekday)), { weekday: long ? "long" : "short" }),
    bytes: (value) => {
      const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
      const step = Math.min(3, Math.floor(Math.log10(Math.max(1, value)) / 3));
      return numberFormat({
        style: "unit",
        unit: units[step],
        unitDisplay: "short",
        maximumFractionDigits: step === 0 ? 0 : 1,
      }).format(value / 1000 ** step);
    },
    seconds: (value) => {
      const brief = value < 1;
      return numberFormat({
        style: "unit",
        unit: brief ? "millisecond" : "second",
        unitDisplay: language === "ko" && !brief ? "long" : "short",
        maximumFractionDigits: !brief && value < 10 ? 1 : 0,
      }).format(brief ? value * 1000 : value);
    },
  };
  return self;
}
