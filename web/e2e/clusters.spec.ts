/** The clusters page: groups with names, what one can choose, and the grades that come when one is near. */
import { readFile } from "node:fs/promises";
import { expect, open, settled, SIZES, test } from "./support";

test.use({ viewport: SIZES.desktop, locale: "en-GB" });

test("groups have names, and one of them is a filter", async ({ page }) => {
  await open(page, "/clusters");
  const cards = page.locator("[data-chart=groups] li");
  expect(await cards.count()).toBeGreaterThan(1);
  const names = await cards.locator("h3").allInnerTexts();
  expect(new Set(names).size).toBe(names.length);
  await cards.first().getByRole("button").click();
  await settled(page);
  await expect(page).toHaveURL(/segment=clusters%3Ac1/);
  await expect(page.locator("main h1 .sentence")).toHaveText(/\d/);
});

test("groups can be chosen among the filters of any page", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/analyses/clusters")) asked.push(request.url());
  });
  await open(page, "/");
  await page.getByRole("button", { name: "Filters" }).click();
  expect(asked).toEqual([]);
  await page.getByLabel("Grouping").selectOption("clusters");
  const segment = page.getByLabel("Segment", { exact: true });
  await expect(segment.locator("option", { hasText: /^\s*Group 2: .+ customers/ })).toHaveCount(1);
  await segment.selectOption("c2");
  await settled(page);
  await expect(page).toHaveURL(/segment=clusters%3Ac2/);
  await expect(page.getByRole("list", { name: "Active filters" })).toContainText("Group 2");
});

test("number, method and criterion are in the address", async ({ page }) => {
  await open(page, "/clusters");
  await page.getByLabel("Groups", { exact: true }).selectOption("5");
  await settled(page);
  await expect(page).toHaveURL(/groups=5/);
  await expect(page.locator("[data-chart=groups] li")).toHaveCount(5);
  await page.getByRole("radio", { name: "Gap statistic" }).check({ force: true });
  await expect(page).toHaveURL(/criterion=gap/);
  await page.getByLabel("Method").selectOption("ward");
  await settled(page);
  await expect(page).toHaveURL(/method=ward/);
  await page.reload();
  await settled(page);
  await expect(page.getByLabel("Method")).toHaveValue("ward");
});

test("features are chosen, and can be kept", async ({ page }) => {
  await open(page, "/clusters");
  await page.getByText(/^Features \(\d+\)/).click();
  const box = page.getByRole("checkbox", { name: "Units", exact: true });
  await box.check();
  await page.getByRole("button", { name: "Group by these" }).click();
  await settled(page);
  await expect(page).toHaveURL(/features=[^&]*units/);
  await expect(page.locator("[data-chart=profile] tbody th", { hasText: "Units" })).toBeVisible();
  await expect(page.locator("pre code")).toContainText("[clusters]");
});

test("the plane has its table, and grades wait for the reader", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/analyses/grades")) asked.push(request.url());
  });
  await open(page, "/clusters");
  expect(asked).toEqual([]);
  const plane = page.locator("[data-chart=plane]");
  await plane.getByRole("button", { name: /Options for/ }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download CSV" }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  expect(csv.split("\n")[0]).toContain("Component 1");
  await page.locator("#grades-heading").scrollIntoViewIfNeeded();
  await expect(page.locator("[data-chart=grades] tbody tr")).toHaveCount(5, { timeout: 20_000 });
  expect(asked).toHaveLength(1);
  await page.getByRole("radio", { name: "Shapley" }).check({ force: true });
  await settled(page);
  await expect(page).toHaveURL(/importance=shap/);
});
