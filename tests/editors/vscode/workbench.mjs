// The workbench as a user has it: keys, the mouse, and what is to be seen. Nothing here waits for a time to
// pass; everything waits for a state, since a busy machine may take long for what is usually instant.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { access, readFile, writeFile } from "node:fs/promises";

const require = createRequire(`${process.env.PLAYWRIGHT}/`);
const { chromium } = require("playwright-core");

/** How long a state may take to come about. */
const PATIENCE = 60_000;
/** How long a key may take to show what it does before it counts as lost and is pressed again. */
const LOST = 3_000;

/** Where the mouse hovers over nothing. */
const ASIDE = [700, 732];

export class Workbench {
  static async open(url, folder, settings, screenshots) {
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      headless: true,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--force-device-scale-factor=1",
      ],
    });
    const context = await browser.newContext({
      viewport: { width: 1180, height: 740 },
      colorScheme: "dark",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const bench = new Workbench(browser, page, folder, settings, screenshots);
    // The workbench's server has just been started, and listens when it is ready.
    await bench.until("the workbench answers", async () => {
      try {
        await page.goto(`${url}/?folder=${folder}`);
        return true;
      } catch (error) {
        if (/ERR_CONNECTION_REFUSED/.test(String(error))) {
          return false;
        }
        throw error;
      }
    });
    await page.waitForSelector(".monaco-workbench .statusbar-item");
    return bench;
  }

  constructor(browser, page, folder, settings, screenshots) {
    Object.assign(this, { browser, page, folder, settings, screenshots });
  }

  /** Changes the user's settings, and begins anew. */
  async reload(settings) {
    const all = JSON.parse(await readFile(this.settings, "utf8"));
    await writeFile(this.settings, `${JSON.stringify({ ...all, ...settings }, null, 2)}\n`);
    // What is not saved is asked about, and may be lost.
    this.page.once("dialog", (dialog) => dialog.accept());
    await this.page.reload();
    await this.page.waitForSelector(".monaco-workbench .statusbar-item");
  }

  /** Changes the theme, as the system's settings do. */
  async wear(scheme) {
    await this.page.emulateMedia({ colorScheme: scheme });
    await this.page.waitForSelector(`.monaco-workbench.${scheme === "light" ? "vs" : "vs-dark"}`);
  }

  async close() {
    await this.browser.close();
  }

  async screenshot(name) {
    await this.page.mouse.move(...ASIDE);
    await this.page.screenshot({ path: `${this.screenshots}/vscode-${name}.png`, animations: "disabled" });
  }

  /** Asks again and again until the answer is true, and gives it back. */
  async until(what, ask, patience = PATIENCE) {
    const end = Date.now() + patience;
    for (;;) {
      const answer = await ask();
      if (answer) {
        return answer;
      }
      if (Date.now() > end) {
        throw new Error(`It never came about that ${what}.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Presses a key until what it shows is there: one that comes too early is lost. */
  async press(key, selector) {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await this.page.keyboard.press(key);
      try {
        return await this.page.waitForSelector(selector, { timeout: LOST });
      } catch {
        await this.page.keyboard.press("Escape");
      }
    }
    throw new Error(`${key} never showed ${selector}.`);
  }

  /**
   * Presses a key until it has had its effect: one that comes too early is lost. It is not pressed again before it
   * counts as lost, since one that is only late would have its effect in the middle of what comes next.
   */
  async pressFor(key, what, hasHappened) {
    for (let attempt = 0; ; attempt += 1) {
      await this.page.keyboard.press(key);
      try {
        return await this.until(what, hasHappened, LOST);
      } catch (error) {
        if (attempt === 12) {
          throw error;
        }
      }
    }
  }

  /** Holds the mouse over something until all of these texts stand beside it. */
  async hover(selector, texts) {
    for (let attempt = 0; ; attempt += 1) {
      // Lines move while lenses come in, so that the place is looked up each time.
      const { x, y, width, height } = await this.page.locator(selector).first().boundingBox();
      await this.page.mouse.move(x + width / 2 + 200, y + height / 2 + 200);
      await this.page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
      try {
        for (const text of texts) {
          await this.page.waitForSelector(`.monaco-hover:has-text('${text}')`, { timeout: 2 * LOST });
        }
        return;
      } catch (error) {
        if (attempt === 8) {
          throw error;
        }
      }
    }
  }

  /**
   * Types into the box that a key opens, and does with it what it is for. A box may be closed again by what
   * else goes on, so that all of this is tried until it has come to its end.
   */
  async box(key, text, then) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.page.keyboard.press(key);
        const input = this.page.locator(".quick-input-widget input.input").first();
        await input.waitFor({ timeout: LOST });
        await input.fill(text, { timeout: LOST });
        return await then();
      } catch (error) {
        if (attempt === 12) {
          throw error;
        }
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Takes the entry that fits from what a box offers. */
  async pick(key, text, entry) {
    const rows = this.page.locator(".quick-input-widget .monaco-list-row", { hasText: entry });
    await this.box(key, text, () => rows.first().click({ timeout: 3 * LOST }));
    // Where the entry was the mouse would now hover over something else.
    await this.page.mouse.move(...ASIDE);
  }

  async command(title) {
    await this.pick("F1", `>${title}`, title);
  }

  /** Opens a file, given from the workspace's root. */
  async openFile(file) {
    const name = file.split("/").pop();
    await this.pick("Control+p", file, name);
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.page.waitForSelector(".editor-group-container.active .monaco-editor .view-line");
  }

  /** Puts the cursor somewhere; lines and columns from 1. */
  async goTo(line, column) {
    await this.box("Control+g", `:${line}:${column}`, async () => {
      await this.page.keyboard.press("Enter");
      await this.until(`the cursor is in line ${line}`, async () => (await this.cursor()).line === line, LOST);
    });
  }

  async atLine(line) {
    await this.until(`the cursor is in line ${line}`, async () => (await this.cursor()).line === line);
  }

  async cursor() {
    const status = this.page.locator("#status\\.editor\\.selection");
    const text = (await status.count()) > 0 ? await status.first().innerText() : "";
    const [, line, column] = /Ln (\d+), Col (\d+)/.exec(text) ?? [];
    return { line: Number(line), column: Number(column) };
  }

  activeFile() {
    return this.page.locator(".editor-group-container.active .tab.active").first().getAttribute("data-resource-name");
  }

  line(text) {
    return this.page.locator(".editor-group-container.active .view-line", { hasText: text }).first();
  }

  /** Saves the active editor, whose file is then to have this text and no other. */
  async save(file, text) {
    let found;
    const isSaved = async () => {
      await this.page.keyboard.press("Control+s");
      found = await this.read(file);
      return found === text;
    };
    await this.until(`${file} is saved`, isSaved).catch(() => assert.equal(found, text));
  }

  read(file) {
    return readFile(`${this.folder}/${file}`, "utf8");
  }

  async exists(file) {
    return access(`${this.folder}/${file}`).then(
      () => true,
      () => false,
    );
  }

  /** The entry of the extension in the status bar. */
  async status() {
    const item = this.page.locator("[id$='hyper-nixos-ls.status']");
    return (await item.count()) > 0 ? (await item.first().innerText()).trim() : "";
  }

  /** The page inside of the active editor's webview. */
  async webview() {
    const inner = async () => {
      for (const frame of this.page.frames()) {
        if (frame.url().includes("fake.html") && (await frame.locator("#canvas").count()) > 0) {
          return frame;
        }
      }
      return undefined;
    };
    return this.until("the graph's page is there", inner);
  }

  row(name) {
    const tree = this.page.locator(".pane-body .monaco-list-row");
    const label = this.page.locator(".label-name", { hasText: new RegExp(`^${name}$`) });
    return tree.filter({ has: label }).first();
  }
}
