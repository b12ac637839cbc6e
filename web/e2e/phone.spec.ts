/** What is different on a phone: the way to the pages, tables as cards, what scrolls sideways. */
import { expect, expectAccessible, open, settled, SIZES, test } from "./support";

test.use({ viewport: SIZES.phone, locale: "en-GB" });

const PAGES = [
  "overview",
  "data",
  "segments",
  "movement",
  "profile",
  "clusters",
  "cohorts",
  "customers",
  "audiences",
  "value",
  "channels",
  "promotions",
];

test("four pages are in the bar, all of them in the sheet above it", async ({ page }) => {
  await open(page, "/overview");
  const bar = page.getByRole("navigation", { name: "Pages" });
  await expect(bar.getByRole("link")).toHaveCount(4);
  await expect(bar.getByRole("link", { name: "Overview" })).toHaveAttribute("aria-current", "page");
  const more = bar.getByRole("button", { name: "More" });
  await more.click();
  await expect(bar.getByRole("link")).toHaveCount(4 + PAGES.length);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(bar.getByRole("link")).toHaveCount(4);
  await more.click();
  await bar.getByRole("link", { name: "Cohorts" }).click();
  await settled(page);
  await expect(page).toHaveURL(/cohorts/);
  await expect(bar.getByRole("link")).toHaveCount(4);
});

test("no page is wider than the phone", async ({ page }) => {
  test.setTimeout(120_000);
  for (const name of PAGES) {
    await open(page, `/${name}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, name).toBeLessThanOrEqual(SIZES.phone.width);
  }
});

test("what goes on beyond the edge fades there, and no longer at its end", async ({ page }) => {
  await open(page, "/promotions");
  const card = page.locator("[data-chart=season]");
  await card.scrollIntoViewIfNeeded();
  const place = card.locator(".place");
  await expect(place).toHaveClass(/more/);
  await card.getByRole("region").evaluate((box) => (box.scrollLeft = box.scrollWidth));
  await expect(place).not.toHaveClass(/more/);
});

test("a card has no lines for what there is not", async ({ page }) => {
  await open(page, "/data");
  const card = page.locator("[data-chart=statistics]");
  await card.scrollIntoViewIfNeeded();
  await expect(card.locator("td").first()).toBeVisible();
  const empty = card.locator("td", { hasText: /^–$/ });
  expect(await empty.count()).toBeGreaterThan(0);
  for (const cell of await empty.all()) await expect(cell).toBeHidden();
});
