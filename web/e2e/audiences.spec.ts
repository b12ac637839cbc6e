/** Audiences: made by clicking and in writing, counted at once, saved, used as a filter, taken away, removed. */
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, open, settled, SIZES, test } from "./support";

test.use({ viewport: SIZES.desktop, locale: "en-GB" });

const sentence = (page: Page) => page.locator("main h1 .sentence");
const counted = async (page: Page) =>
  Number(((await sentence(page).innerText()).match(/^[\d,]+/)?.[0] ?? "").replaceAll(",", ""));

test("conditions by clicking are counted, saved, a filter everywhere, and removed", async ({
  page,
}) => {
  await open(page, "/audiences");
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByLabel("Condition 1: what it is about").selectOption({ label: "Orders" });
  await page.getByLabel("Condition 1: value").fill("2");
  await expect(page).toHaveURL(/rule=orders\+%3E%3D\+2/);
  await settled(page);
  const twice = await counted(page);
  expect(twice).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByLabel("Condition 2: what it is about").selectOption({ label: "RFM class" });
  await page.getByRole("checkbox", { name: /Platinum/ }).check();
  await settled(page);
  await expect(sentence(page)).not.toHaveText(new RegExp(`^${twice.toLocaleString("en-GB")} `));
  const both = await counted(page);
  expect(both).toBeGreaterThan(0);
  expect(both).toBeLessThan(twice);
  await expectAccessible(page);

  // The address holds it.
  await page.reload();
  await settled(page);
  expect(await counted(page)).toBe(both);
  await expect(page.getByLabel("Condition 1: value")).toHaveValue("2");
  await expect(page.getByRole("checkbox", { name: /Platinum/ })).toBeChecked();

  await page.getByLabel("Name of the audience").fill("loyal & large");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const row = page.locator("[data-chart=audiences] li", { hasText: "loyal & large" });
  await expect(row).toContainText("saved");
  await row.getByRole("button", { name: /Filter by it/ }).click();
  await settled(page);
  await expect(page).toHaveURL(/audience=loyal/);
  await expect(page.getByRole("list", { name: "Active filters" })).toContainText("loyal & large");
  await page.getByRole("link", { name: "Overview" }).click();
  await settled(page);
  await expect(sentence(page)).toContainText(both.toLocaleString("en-GB"));
  await page.reload();
  await settled(page);
  await expect(sentence(page)).toContainText(both.toLocaleString("en-GB"));

  await page.getByRole("link", { name: "Audiences" }).click();
  await settled(page);
  const download = page.waitForEvent("download");
  await row.getByRole("link", { name: "Download loyal & large as CSV" }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  expect(csv.trim().split("\n")).toHaveLength(both + 1);
  await row.getByRole("button", { name: /^Delete/ }).click();
  await row.getByRole("button", { name: /Really delete/ }).click();
  await expect(row).toHaveCount(0);
  await expect(page).not.toHaveURL(/audience=/);
});

test("a condition in writing is checked as it is written", async ({ page }) => {
  await open(page, "/audiences?mode=text");
  const field = page.getByLabel("Condition (SQL)");
  await field.fill("orders > 3 AND (r_score = 5 OR recency_days <= 30)");
  await settled(page);
  await expect(page).toHaveURL(/r_score/);
  const some = await counted(page);
  expect(some).toBeGreaterThan(0);
  // More than clicking can make: it stays in writing.
  await page.getByText("Choose", { exact: true }).click();
  await expect(page.getByText("more than choosing can express")).toBeVisible();
  await expect(field).toHaveValue(/recency_days/);
  await field.fill("units >= 'nobody-has-this-number'");
  await expect(page.getByRole("alert")).toContainText("cannot be used");
  await expect(page.getByRole("button", { name: "Save", exact: true })).toHaveCount(0);
});

test("a segment and a cell lead to an audience of it", async ({ page }) => {
  await open(page, "/segments");
  await page.locator("[data-chart=segment-table] tbody button").first().click();
  const panel = page.getByRole("dialog");
  const title = await panel.locator("h2").innerText();
  await panel.getByRole("link", { name: "Make an audience of this" }).click();
  await settled(page);
  await expect(page).toHaveURL(/\/audiences\?rule=segment_nine/);
  await expect(page.getByRole("checkbox", { name: new RegExp(title) })).toBeChecked();
  expect(await counted(page)).toBeGreaterThan(0);
});

test.describe("a shop that knows its customers", () => {
  test.use({ baseURL: process.env.DANGOL_URL_BABY_SHOP ?? process.env.DANGOL_URL });

  test("filters by what is known of them, on every page", async ({ page }) => {
    test.skip(!process.env.DANGOL_URL_BABY_SHOP, "no test data");
    await open(page, "/overview");
    const before = await sentence(page).innerText();
    await page.getByRole("button", { name: "Filters" }).click();
    await page.getByLabel("Gender").selectOption("female");
    await settled(page);
    await page.getByLabel("Age band").selectOption("50+");
    await settled(page);
    await expect(page).toHaveURL(/age_band=50%2B.*gender=female|gender=female.*age_band=50%2B/);
    await expect(sentence(page)).not.toHaveText(before);
    const chips = page.getByRole("list", { name: "Active filters" });
    await expect(chips).toContainText("Women");
    await page.getByRole("link", { name: "Cohorts" }).click();
    await settled(page);
    await expect(chips).toContainText("50+");
    await page.getByRole("button", { name: "Remove filter Women" }).click();
    await settled(page);
    await expect(page).not.toHaveURL(/gender/);
    await page.getByLabel("Audience", { exact: true }).selectOption("women_20s_30s");
    await settled(page);
    await expect(chips).toContainText("Women in their twenties and thirties");
  });
});
