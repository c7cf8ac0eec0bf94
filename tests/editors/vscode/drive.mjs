// node drive.mjs URL WORKSPACE SETTINGS SCREENSHOTS: does in a real workbench what a user does, and looks at
// what is to be seen.
import assert from "node:assert/strict";
import { Workbench } from "./workbench.mjs";

const [url, folder, settings, screenshots] = process.argv.slice(2);
const started = Date.now();
const say = (what) => console.log(`${((Date.now() - started) / 1000).toFixed(1)} s  ${what}`);

/** Draws something in a light and in a dark theme. */
async function themed(bench, name, draw) {
  for (const scheme of ["light", "dark"]) {
    await bench.wear(scheme);
    await draw(`${name}-${scheme}`);
  }
}

/** A module that is made on the way. */
const API = "modules/web/api.nix";

const steps = {
  async "the server comes up, reads the tree and says what it knows"(bench) {
    await bench.openFile("modules/web/proxy.nix");
    const text = await bench.until("the status has counts", async () => {
      const status = await bench.status();
      return /\d+ options/.test(status) && status;
    });
    assert.ok(Number(/(\d+) options/.exec(text)[1]) > 80, text);
  },

  async "a finding is shown"(bench) {
    await bench.page.waitForSelector(".squiggly-warning", { state: "attached" });
  },

  async "a hover tells of an option and of the finding"(bench) {
    const { page } = bench;
    const texts = ["the guide forbids it", "hypervisor.web.proxy"];
    await bench.hover(".squiggly-warning", texts);
    await page.keyboard.press("Escape");
    await page.mouse.move(600, 700);
  },

  async "a lens opens the places where an option is used"(bench) {
    const { page } = bench;
    const lens = page.locator(".codelens-decoration a", { hasText: /^read [1-9]/ }).first();
    await lens.waitFor();
    await lens.click();
    await page.waitForSelector(".peekview-widget .monaco-list-row");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".peekview-widget", { state: "detached" });
  },

  async "another lists who sets it, with what decides about each, and a click jumps there"(bench) {
    const { page } = bench;
    const text = await bench.read("modules/web/proxy.nix");
    const lens = page.locator(".codelens-decoration a", { hasText: /^set [1-9]/ }).first();
    await lens.click();
    const row = page.locator(".quick-input-widget .monaco-list-row", { hasText: /priority \d+/ }).first();
    await row.waitFor();
    const [, file, line] = /([\w/.-]+\.nix):(\d+)/.exec(await row.innerText());
    await row.click();
    await bench.until("the place is open", async () => (await bench.activeFile()) === file.split("/").pop());
    await bench.atLine(Number(line));

    // Once more, from the palette, for the option under the cursor.
    await bench.openFile("modules/web/proxy.nix");
    const at = text.split("\n").findIndex((it) => it.includes("enable = lib.mkEnableOption"));
    await bench.goTo(at + 1, text.split("\n")[at].indexOf("enable") + 2);
    await bench.command("Hyper-NixOS: Show Definitions of the Option");
    await page.waitForSelector(".quick-input-widget .monaco-list-row:has-text('hypervisor.web.proxy.enable')");
    await page.keyboard.press("Escape");
  },

  async "going to an option's definition leads to its declaration"(bench) {
    await bench.openFile("modules/web/dashboard.nix");
    const lines = (await bench.read("modules/web/dashboard.nix")).split("\n");
    const at = lines.findIndex((line) => line.includes("toString config.hypervisor.web.port"));
    const declared = lines.findIndex((line) => line.includes("port = lib.mkOption")) + 1;
    await bench.goTo(at + 1, lines[at].indexOf("config.hypervisor.web.port") + "config.hypervisor.web.p".length);
    const isThere = async () => (await bench.cursor()).line === declared;
    await bench.pressFor("F12", "the cursor is at the declaration", isThere);
  },

  async "completion offers options on an unfinished line, and one is accepted"(bench) {
    const { page } = bench;
    const text = await bench.read("modules/web/dashboard.nix");
    const at = text.split("\n").findIndex((line) => line.includes('Restart = "on-failure";')) + 1;
    await bench.goTo(at, 1);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Nice = config.hypervisor.web.");
    await bench.press("Control+Space", ".suggest-widget.visible .monaco-list-row:has-text('listenAddress')");
    await page.keyboard.type("sess");
    await page.waitForSelector(".suggest-widget.visible .monaco-list-row.focused:has-text('sessionLifetime')");
    await bench.screenshot("completion");
    await page.keyboard.press("Tab");
    await bench.line("Nice = config.hypervisor.web.sessionLifetime").waitFor();
    await page.keyboard.type(";");
    const lines = text.split("\n");
    lines.splice(at, 0, "        Nice = config.hypervisor.web.sessionLifetime;");
    await bench.save("modules/web/dashboard.nix", lines.join("\n"));
  },

  async "the code action puts a configuration under mkIf, and the file is saved with it"(bench) {
    const { page } = bench;
    const file = "modules/monitoring/exporter.nix";
    const before = await bench.read(file);
    await bench.openFile(file);
    await page.waitForSelector(".squiggly-warning", { state: "attached" });
    const at = before.split("\n").findIndex((line) => line === "  config = {") + 1;
    await bench.goTo(at, 4);
    await page.waitForSelector(".lightBulbWidget, .codicon-gutter-lightbulb", { state: "attached" });
    const entry = ".action-widget .monaco-list-row:has-text('mkIf')";
    await bench.press("Control+.", entry);
    await bench.screenshot("finding");
    await page.locator(entry).first().click();
    await bench.line("config = lib.mkIf config.hypervisor.monitoring.exporter.enable {").waitFor();
    await page.waitForSelector(".squiggly-warning", { state: "detached" });
    const guard = "  config = lib.mkIf config.hypervisor.monitoring.exporter.enable {\n";
    await bench.save(file, before.replace("  config = {\n", guard));
  },

  async "the options are a tree with types, defaults and findings"(bench) {
    const { page } = bench;
    await bench.command("Hyper-NixOS: Focus on Options View");
    await bench.row("hypervisor").waitFor();
    await bench.row("web").waitFor();
    await bench.row("web").click();
    await bench.row("port").waitFor();
    assert.match(await bench.row("port").innerText(), /= 8080 · 16 bit unsigned integer/);
    const alerts = async () => {
      await bench.row("monitoring").click();
      await bench.row("alerts").waitFor({ timeout: 5000 });
      return true;
    };
    await alerts();
    await themed(bench, "options", async (name) => {
      await bench.screenshot(name);
    });
    await bench.row("workers").click();
    await bench.until("the declaration is open", async () => (await bench.activeFile()) === "dashboard.nix");
    const text = await bench.read("modules/web/dashboard.nix");
    await bench.atLine(text.split("\n").findIndex((line) => line.includes("workers = lib.mkOption")) + 1);
    assert.ok((await page.locator(".pane-body .monaco-list-row").count()) > 15);
  },

  async "an option that is typed into a module appears in the tree"(bench) {
    const { page } = bench;
    const text = await bench.read("modules/web/dashboard.nix");
    const at = text.split("\n").findIndex((line) => line.includes("workers = lib.mkOption"));
    await bench.goTo(at, 1);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("zoom = lib.mkEnableOption \"larger letters\";");
    await bench.row("zoom").waitFor();
    await bench.command("File: Revert File");
    await bench.row("zoom").waitFor({ state: "detached" });
  },

  async "an option is found by what it is about"(bench) {
    await bench.command("Hyper-NixOS: Search Options");
    const input = bench.page.locator(".quick-input-widget input").first();
    await bench.page.waitForSelector(".quick-input-widget .monaco-list-row:has-text('hypervisor.')");
    await input.fill("mail server");
    await bench.page.waitForSelector(".quick-input-widget .monaco-list-row.focused:has-text('alerts.smarthost')");
    await bench.page.keyboard.press("Enter");
    await bench.until("the declaration is open", async () => (await bench.activeFile()) === "alerts.nix");
  },

  async "the graph shows all modules, imports, reads and cycles"(bench) {
    await bench.command("View: Close All Editors");
    await bench.command("Hyper-NixOS: Show Graph of Modules");
    const page = await bench.webview();
    await page.locator("body[data-ready='modules']").waitFor();
    const count = (selector) => page.locator(selector).count();
    await bench.until("28 modules or more are drawn", async () => (await count(".node")) >= 27);
    assert.ok((await count(".arrow.import")) >= 19, "configuration.nix imports 19 modules and more");
    assert.ok((await count(".arrow.read")) > 5);
    assert.ok((await count(".arrow.cycle")) >= 3, "three experiments recurse");
    assert.match(await page.locator("#summary").innerText(), /modules .* in cycles/);
    await themed(bench, "graph", async (name) => bench.screenshot(name));

    const proxy = page.locator(".node[data-name='modules/web/proxy.nix']");
    await proxy.dispatchEvent("dblclick");
    await bench.until("only the neighbours are left", async () => (await count(".node")) < 8);
    await page.locator("#details h2:has-text('modules/web/proxy.nix')").waitFor();
    await themed(bench, "graph-focus", async (name) => bench.screenshot(name));
    await page.locator("#everything").click();
    await bench.until("all are back", async () => (await count(".node")) >= 27);
    await page.locator("#filter").fill("backup");
    await bench.until("the filter has effect", async () => (await count(".node.sought")) === 1);
    await page.locator("#filter").fill("");
  },

  async "a click in the graph opens the module, or the place of the import"(bench) {
    const page = await bench.webview();
    await bench.until("everything is shown", async () => (await page.locator(".node").count()) >= 27);
    await page.locator(".node[data-name='modules/web/proxy.nix']").dispatchEvent("click");
    await bench.page.waitForSelector(".tab[data-resource-name='proxy.nix']");
    await page.locator("#details .line:has-text('configuration.nix')").first().click();
    await bench.page.waitForSelector(".tab[data-resource-name='configuration.nix']");
  },

  async "options are drawn with what they depend on"(bench) {
    const page = await bench.webview();
    await page.locator("#options").click();
    await page.locator("body[data-ready='options']").waitFor();
    await page.locator(".arrow.cycle").first().waitFor({ state: "attached" });
    await bench.command("View: Close Editors in Other Groups");
    await bench.screenshot("graph-options-dark");
  },

  async "a new module begins with the guide's form"(bench) {
    await bench.command("View: Close All Editors");
    await bench.command("Hyper-NixOS: New Module");
    const input = bench.page.locator(".quick-input-widget input.input").first();
    await input.fill(API);
    await bench.page.keyboard.press("Enter");
    await bench.line("options.hypervisor.web.api").waitFor();
    assert.ok(await bench.exists(API));
  },

  async "safe fixes are made at once"(bench) {
    const { page } = bench;
    await bench.goTo(7, 1);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type('systemd.services.api = rec { serviceConfig.User = "api"; };');
    await page.waitForSelector(".squiggly-warning, .squiggly-hint, .squiggly-info", { state: "attached" });
    await bench.command("Hyper-NixOS: Fix Everything Safe in This File");
    await page.waitForSelector(".notification-toast:has-text('Fixed 1 finding in api.nix')");
    await bench.line('systemd.services.api = { serviceConfig.User = "api"; };').waitFor();
    await bench.command("Notifications: Clear All Notifications");
  },

  async "without a program there is an error with a way out of it"(bench) {
    const { page } = bench;
    await bench.reload({ "hyper-nixos-ls.server.path": "/nowhere/hyper-nixos-ls" });
    await bench.until("the status says so", async () => /no server/.test(await bench.status()));
    // A workbench that is still starting may put the message into its list without showing it.
    await bench.command("Notifications: Show Notifications");
    const toast = page.locator(".notification-list-item", { hasText: "/nowhere/hyper-nixos-ls" });
    await toast.first().waitFor();
    await toast.locator(".monaco-button", { hasText: "Try Again" }).first().waitFor();
    await toast.locator(".monaco-button", { hasText: "Choose Program" }).first().waitFor();
    await bench.screenshot("no-server");
    await bench.reload({ "hyper-nixos-ls.server.path": "" });
    await bench.until("the server is back", async () => /\d+ options/.test(await bench.status()));
  },

  async "the walkthrough is there"(bench) {
    const { page } = bench;
    await bench.command("View: Close All Editors");
    await bench.command("Welcome: Open Walkthrough");
    await page.locator(".quick-input-widget .monaco-list-row", { hasText: "Hyper-NixOS" }).first().click();
    await page.waitForSelector(".getting-started-step:has-text('A server that runs')");
    await bench.screenshot("walkthrough");
  },
};

const bench = await Workbench.open(url, folder, settings, screenshots);
try {
  for (const [name, step] of Object.entries(steps)) {
    await step(bench);
    say(name);
  }
  console.log(`${Object.keys(steps).length} passed, 0 failed`);
} catch (error) {
  await bench.screenshot("failure").catch(() => undefined);
  console.error(`failed: ${error instanceof Error ? error.stack : error}`);
  process.exitCode = 1;
} finally {
  await bench.close();
}
