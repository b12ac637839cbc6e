/** What a person does with the dashboard: filters, language, theme, keys, tables, files. */
import { readFile } from "node:fs/promises";
import { expect, expectAccessible, open, settled, SIZES, test } from "./support";

test.use({ viewport: SIZES.desktop, locale: "en-GB" });

async function openFilters(page: import("@playwright/test").Page) {
  await page.getByRole("button", { name: "Filters" }).click();
  await expect(page.locator("#filters")).toBeVisible();
}

test("a filter shows as a chip, changes the numbers, stays on other pages and comes off", async ({
  page,
}) => {
  await open(page, "/overview");
  const before = await page.locator("main h1 .sentence").innerText();
  await openFilters(page);
  await expectAccessible(page);
  await page.getByLabel("Segment", { exact: true }).selectOption({ index: 1 });
  await settled(page);
  await expect(page).toHaveURL(/segment=/);
  await expect(page.locator("main h1 .sentence")).not.toHaveText(before);
  await page.getByRole("link", { name: "Cohorts" }).click();
  await settled(page);
  await expect(page).toHaveURL(/cohorts\?segment=/);
  await page.getByRole("button", { name: /Remove filter/ }).click();
  await settled(page);
  await expect(page).not.toHaveURL(/segment=/);
  await page.goBack();
  await expect(page).toHaveURL(/segment=/);
});

test("the as-of date goes into the address and survives a reload", async ({ page }) => {
  await open(page, "/overview");
  const latest = await page.evaluate(
    async () => (await (await fetch("/api/shop")).json()).data.last_on,
  );
  const earlier = new Date(Date.parse(latest) - 60 * 86_400_000).toISOString().slice(0, 10);
  await openFilters(page);
  await page.getByLabel("As of", { exact: true }).fill(earlier);
  await page.getByLabel("As of", { exact: true }).blur();
  await settled(page);
  await expect(page).toHaveURL(new RegExp(`as_of=${earlier}`));
  await page.reload();
  await settled(page);
  await expect(page.getByRole("button", { name: /Remove filter as of/ })).toBeVisible();
});

test("language and theme change at once and are remembered", async ({ page }) => {
  await open(page, "/segments");
  await page.getByRole("button", { name: "한국어" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ko");
  await expect(page.getByRole("link", { name: "세그먼트", exact: true })).toBeVisible();
  const theme = page.getByRole("button", { name: /^테마/ });
  await theme.click();
  await theme.click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expectAccessible(page);
  await page.goto("/overview");
  await settled(page);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "ko");
});

test("the keyboard reaches every page, the search and the help", async ({ page }) => {
  await open(page, "/overview");
  for (const [key, path] of [
    ["s", "segments"],
    ["c", "cohorts"],
    ["v", "value"],
    ["u", "customers"],
    ["a", "audiences"],
    ["d", "data"],
    ["o", "overview"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`/${path}`));
    await settled(page);
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("/");
  await expect(page.locator("#customer-search")).toBeFocused();
});

test("a customer is found by number", async ({ page }) => {
  await open(page, "/customers");
  const id = (await page.locator("tbody .id").nth(3).innerText()).trim();
  await page.locator("#customer-search").fill(id);
  await expect(page).toHaveURL(new RegExp(`search=${id}`));
  await expect(page.locator("tbody .id").first()).toContainText(id);
});

test("a chart explains itself, shows its table and gives its files", async ({ page }) => {
  await open(page, "/overview");
  const card = page.locator("[data-chart=periods]");
  const menu = card.getByRole("button", { name: /Options/ });
  await menu.click();
  await page.getByRole("menuitem", { name: "How is this computed?" }).click();
  await expect(page.getByRole("dialog")).toContainText(/\w/);
  await page.keyboard.press("Escape");
  await menu.click();
  const svg = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download SVG" }).click();
  expect(await readFile(await (await svg).path(), "utf8")).toContain("<svg");
  await menu.click();
  const png = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download PNG" }).click();
  expect((await readFile(await (await png).path())).length).toBeGreaterThan(5000);
  await menu.click();
  await page.getByRole("menuitem", { name: "Show as table" }).click();
  await expect(card.locator("tbody tr").first()).toBeVisible();
  await expect(page).toHaveURL(/tables=periods/);
  await expectAccessible(page);
  await menu.click();
  const csv = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download CSV" }).click();
  const text = await readFile(await (await csv).path(), "utf8");
  expect(text.charCodeAt(0)).toBe(0xfeff);
  expect(text).toContain("Revenue");
});

test("switches of scoring, scheme and cohorts change the picture", async ({ page }) => {
  await open(page, "/segments");
  for (const [label, value] of [
    ["Scoring", "interval"],
    ["Frequency", "days"],
    ["Monetary", "mean"],
  ] as const) {
    await page.getByLabel(label, { exact: true }).selectOption(value);
    await settled(page);
    await expect(page).toHaveURL(new RegExp(`=${value}`));
  }
  await page.locator("input[type=radio][value=class]").check();
  await settled(page);
  await expect(page.locator("[data-chart=segment-table]")).toContainText("Platinum");
  await page.locator("input[type=radio][value=donut]").check();
  await settled(page);
  await expectAccessible(page);
  await open(page, "/cohorts");
  for (const value of ["quarter", "week", "rolling", "arpu", "cumulative"]) {
    await page.locator(`input[type=radio][value=${value}]`).check();
    await settled(page);
  }
  await expect(page).toHaveURL(/metric=cumulative/);
});

test("a segment becomes the filter of all pages and its list can be taken away", async ({
  page,
}) => {
  await open(page, "/segments");
  await page.locator("[data-chart=segment-table] tbody button").first().click();
  const panel = page.getByRole("dialog");
  await expect(panel.locator("tbody tr").first()).toBeVisible();
  const csv = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Download list" }).click();
  expect((await readFile(await (await csv).path(), "utf8")).split("\r\n").length).toBeGreaterThan(
    2,
  );
  await panel.getByRole("button", { name: /Filter all pages/ }).click();
  await settled(page);
  await expect(page.getByRole("button", { name: /Remove filter/ })).toBeVisible();
});

test("a quarantined row opens with its file, line and reason", async ({ page }) => {
  await open(page, "/data");
  const rows = page.locator("[aria-labelledby=quarantine-title] tbody tr");
  const workbook = page.waitForEvent("download");
  await page.getByRole("link", { name: "as Excel" }).click();
  const xlsx = await readFile(await (await workbook).path());
  expect(xlsx.subarray(0, 2).toString()).toBe("PK");
  const total = await page.evaluate(
    async () => (await (await fetch("/api/quarantine")).json()).total,
  );
  expect(total, "the shop of these tests has rows in quarantine").toBeGreaterThan(0);
  await rows.first().locator("button").click();
  const panel = page.getByRole("dialog");
  await expect(panel).toContainText("Reason");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByLabel("Reason").selectOption({ index: 1 });
  await settled(page);
  await expect(page).toHaveURL(/reason=/);
});

test("the quality report and the whole quarantine can be taken away", async ({ page }) => {
  await open(page, "/data");
  const report = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download report" }).click();
  const html = await readFile(await (await report).path(), "utf8");
  expect(html).toContain("<!doctype html>");
  expect(html).toContain('lang="en"');
  const total = await page.evaluate(
    async () => (await (await fetch("/api/quarantine")).json()).total,
  );
  const quarantine = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download all" }).click();
  const csv = await readFile(await (await quarantine).path(), "utf8");
  expect(csv.trimEnd().split("\n").length).toBeGreaterThan(total);
});

test("exploration says what goes together, over lines or customers", async ({ page }) => {
  await open(page, "/data");
  const card = page.locator("[data-chart=correlations]");
  await expect(card.locator("[role=img]")).toBeVisible();
  await expect(card.locator("header")).toContainText("ρ =");
  await card.getByText("Pearson").click();
  await settled(page);
  await expect(page).toHaveURL(/coefficient=pearson/);
  await expect(card.locator("header")).toContainText("r =");
  await card.getByText("Order lines", { exact: true }).click();
  await settled(page);
  await expect(page).toHaveURL(/level=order_lines/);
  await expect(page.locator("[data-chart=calendar] [role=img]")).toBeVisible();
  await expect(page.locator("[data-chart=abilities]")).toContainText("Switch on by adding");
});

test("an unknown customer says what to do", async ({ page }) => {
  await page.goto("/customers/nobody-has-this-number");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("alert").getByRole("button", { name: "Try again" })).toBeVisible();
});
