/** The pages that there are, in their groups, with their keys (`g` and then the letter). */
import type { PageName } from "$/state/url";

interface Group {
  title: "group.shop" | "group.customers" | "group.value";
  pages: { page: PageName; key: string }[];
}

export const groups: Group[] = [
  {
    title: "group.shop",
    pages: [
      { page: "overview", key: "o" },
      { page: "data", key: "d" },
    ],
  },
  {
    title: "group.customers",
    pages: [
      { page: "segments", key: "s" },
      { page: "movement", key: "f" },
      { page: "profile", key: "p" },
      { page: "clusters", key: "l" },
      { page: "cohorts", key: "c" },
      { page: "customers", key: "u" },
      { page: "audiences", key: "a" },
    ],
  },
  {
    title: "group.value",
    pages: [
      { page: "value", key: "v" },
      { page: "channels", key: "h" },
      { page: "promotions", key: "m" },
    ],
  },
];

export const entries = groups.flatMap((group) => group.pages);

/** The pages of the bar at the bottom of a phone; the others are one step further. */
export const quick: PageName[] = ["overview", "segments", "customers", "value"];
