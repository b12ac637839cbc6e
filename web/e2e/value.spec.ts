/** The value page: its controls, its tables, and the check that is fetched when one comes near. */
import { readFile } from "node:fs/promises";
import {
  expect,
  expectAccessible,
  nearCheck,
  open,
  revealCheck,
  settled,
  SIZES,
  test,
} from "./support";

test.use({ viewport: SIZES.desktop, locale: "en-GB" });

const figure = (page: import("@playwright/test").Page, at: number) =>
  page.locator("main ul li .value").nth(at);

test("horizon, margin and model are in the address and change the value", async ({ page }) => {
  await open(page, "/value");
  const year = await figure(page, 2).innerText();
  await page.getByRole("radio", { name: "3 months" }).check({ force: true });
  await settled(page);
  await expect(page).toHaveURL(/horizon=91/);
  const quarter = await figure(page, 2).innerText();
  expect(quarter).not.toBe(year);
  await page.getByLabel("Margin, %").fill("50");
  await page.getByLabel("Margin, %").blur();
  await settled(page);
  await expect(page).toHaveURL(/margin=50/);
  expect(await figure(page, 2).innerText()).not.toBe(quarter);
  await page.getByLabel("Model", { exact: true }).selectOption("bg_nbd");
  await settled(page);
  await expect(page).toHaveURL(/model=bg_nbd/);
  await expect(page.locator("[data-chart=why]")).toContainText("You chose this model");
  await page.reload();
  await settled(page);
  await expect(page.getByLabel("Margin, %")).toHaveValue("50");
  await expect(page.getByRole("radio", { name: "3 months" })).toBeChecked();
});

test("a margin that cannot be is said and not taken", async ({ page }) => {
  await open(page, "/value");
  await page.getByLabel("Margin, %").fill("150");
  await page.getByLabel("Margin, %").blur();
  await expect(page.getByText("from 1 to 100")).toBeVisible();
  await expect(page).not.toHaveURL(/margin/);
});

test("every picture has its table and definition, and customers lead to their page", async ({
  page,
}) => {
  await open(page, "/value");
  const surface = page.locator("[data-chart=surface]");
  await surface.getByRole("button", { name: /Options for/ }).click();
  await page.getByRole("menuitem", { name: "Show as table" }).click();
  await expect(surface.locator("tbody tr").first()).toBeVisible();
  await expect(page).toHaveURL(/tables=surface/);
  await surface.getByRole("button", { name: /Options for/ }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download CSV" }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  expect(csv.split("\n")[0]).toContain("Repeat purchases");
  await surface.getByRole("button", { name: /Options for/ }).click();
  await page.getByRole("menuitem", { name: "How is this computed?" }).click();
  await expect(page.getByRole("dialog")).toContainText("first purchase was");
  await page.keyboard.press("Escape");
  const first = page.locator("[data-chart=top] tbody button").first();
  const customer = await first.innerText();
  await first.click();
  await expect(page).toHaveURL(new RegExp(`/customers/${customer}`));
});

test("the check waits for the reader, and follows the cut-off", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/analyses/value-check")) asked.push(request.url());
  });
  await open(page, "/value");
  await expect(page.locator("#check-heading")).toBeAttached({ timeout: 20_000 });
  await page.waitForTimeout(300);
  expect(asked).toEqual([]);
  await revealCheck(page);
  expect(asked).toHaveLength(1);
  const shown = await page.getByLabel("Cut-off date").inputValue();
  const earlier = new Date(Date.parse(shown) - 30 * 86_400_000).toISOString().slice(0, 10);
  const verdict = await page.locator("[data-chart=tracking] header p").innerText();
  await page.getByLabel("Cut-off date").fill(earlier);
  await settled(page);
  await expect(page).toHaveURL(new RegExp(`cutoff=${earlier}`));
  await expect(page.locator("[data-chart=tracking] header p")).not.toHaveText(verdict);
  await page.getByRole("button", { name: "Two thirds of the time" }).click();
  await settled(page);
  await expect(page).not.toHaveURL(/cutoff/);
});

test("a check that fails says so, and leaves the rest of the page", async ({ page }) => {
  await page.route("**/api/analyses/value-check*", (route) => route.abort());
  await open(page, "/value");
  await nearCheck(page);
  const check = page.locator("#check-section");
  await expect(check.getByRole("alert")).toContainText("The server does not answer");
  await expect(page.locator("[data-chart=distribution] [role=img]")).toBeVisible();
  await page.unroute("**/api/analyses/value-check*");
  await check.getByRole("button", { name: "Try again" }).click();
  await expect(check.locator("[data-chart=tracking]")).toBeVisible({ timeout: 20_000 });
});

test("customers are ranked by what they are worth, and everybody's value is a file", async ({
  page,
}) => {
  await open(page, "/customers");
  const list = page.locator("[data-chart=customers]");
  await expect(list.getByRole("button", { name: /Value, next 12 months/ })).toBeVisible({
    timeout: 20_000,
  });
  await list.getByRole("button", { name: /Value, next 12 months/ }).click();
  await settled(page);
  await expect(page).toHaveURL(/sort=value/);
  const best = await list.locator("tbody button").first().innerText();
  await open(page, "/value");
  const top = page.locator("[data-chart=top]");
  await expect(top.locator("tbody button").first()).toHaveText(best);
  const download = page.waitForEvent("download");
  await top.getByRole("link", { name: /Every customer/ }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  expect(csv.split("\n")[0]).toContain("customer_id,repeats,");
  expect(csv.split("\n").length).toBeGreaterThan(100);
});

for (const size of ["desktop", "phone"] as const) {
  test(`a second opinion is computed when it is asked for (${size})`, async ({ page }) => {
    await page.setViewportSize(SIZES[size]);
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/analyses/value-score")) asked.push(request.url());
    });
    await open(page, "/value");
    await revealCheck(page);
    expect(asked).toEqual([]);
    await page.getByRole("button", { name: "Compute the score" }).click();
    await expect(page.locator("[data-chart=score-checks] tbody tr")).toHaveCount(3, {
      timeout: 20_000,
    });
    await settled(page);
    expect(asked).toHaveLength(1);
    await expect(page.locator("[data-chart=score-checks]")).toContainText("Same as before");
    await expect(page.locator("[data-chart=score-features] [role=img]")).toBeVisible();
    await page.getByText("Not buying", { exact: true }).click();
    await expect(page).toHaveURL(/part=leaving/);
    await page.reload();
    await settled(page);
    await expectAccessible(page);
  });
}

test.describe("a shop that knows its customers", () => {
  test.use({ baseURL: process.env.DANGOL_URL_BABY_SHOP ?? process.env.DANGOL_URL });
  test.skip(!process.env.DANGOL_URL_BABY_SHOP, "no test data");

  test("attributes go into the model of purchases, and the page says whether they help", async ({
    page,
  }) => {
    await open(page, "/value");
    await expect(page.locator("[data-chart=covariates]")).toHaveCount(0);
    await page.getByText("Attributes in the model (0)").click();
    await page.getByLabel("Gender", { exact: true }).last().check();
    await page.getByRole("button", { name: "Value customers with these" }).click();
    await expect(page).toHaveURL(/covariates=gender/);
    const card = page.locator("[data-chart=covariates]");
    await expect(card.locator("[role=img]")).toBeVisible({ timeout: 20_000 });
    await expect(card.locator("header p")).toContainText(/attributes/i);
    await expect(page.getByText("Attributes in the model (1)")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "As shop.toml says" }).click();
    await expect(card).toHaveCount(0);
  });
});

test("what is to be typed in shop.toml stands as code", async ({ page }) => {
  await open(page, "/value");
  const finding = page.locator("li", { has: page.locator("code", { hasText: "margin" }) }).first();
  await expect(finding).toBeVisible({ timeout: 20_000 });
  await expect(finding).not.toContainText("`");
});
