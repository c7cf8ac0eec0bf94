import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { COMMANDS } from "../protocol";
import type { Server } from "../server";
import type { Subject, ToExtension, ToPage } from "./messages";
import type { Picture } from "./picture";

/** The graph beside the editors: at most one, which shows modules or options and follows every change. */
export class GraphPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  static readonly viewType = "hyper-nixos-ls.graph";
  private panel: vscode.WebviewPanel | undefined;
  private subject: Subject = "modules";
  /** What the next picture begins with. */
  private focus: string | undefined;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly extension: vscode.Uri,
  ) {
    this.disposables = [
      server.onStatus(() => {
        if (this.panel?.visible) {
          void this.send();
        }
      }),
      vscode.window.registerWebviewPanelSerializer(GraphPanel.viewType, this),
    ];
  }

  /** `focus`: the module or option to begin with, by its name in the picture. */
  async show(subject: Subject, focus?: string): Promise<void> {
    this.subject = subject;
    this.focus = focus;
    if (this.panel === undefined) {
      const panel = vscode.window.createWebviewPanel(
        GraphPanel.viewType,
        "Module Graph",
        vscode.ViewColumn.Active,
      );
      // The page asks for its picture once it is there.
      this.adopt(panel);
    } else {
      this.panel.reveal();
      await this.send();
    }
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.adopt(panel);
  }

  dispose(): void {
    this.panel?.dispose();
    this.disposables.forEach((it) => it.dispose());
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extension, "media", "graph.svg");
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [
        vscode.Uri.joinPath(this.extension, "out"),
        vscode.Uri.joinPath(this.extension, "media"),
      ],
    };
    panel.webview.onDidReceiveMessage((message: ToExtension) => this.onMessage(message));
    panel.onDidChangeViewState(() => {
      if (panel.visible) {
        void this.send();
      }
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    panel.webview.html = page(panel.webview, this.extension);
  }

  private async onMessage(message: ToExtension): Promise<void> {
    switch (message.type) {
      case "ready":
        await this.send();
        break;
      case "subject":
        this.subject = message.subject;
        await this.send();
        break;
      case "open":
        await this.server.open(message.location, {
          // The picture stays in sight.
          viewColumn: message.beside ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside,
          preserveFocus: !message.beside,
        });
    }
  }

  private async send(): Promise<void> {
    const { panel, subject } = this;
    if (panel === undefined) {
      return;
    }
    const command = subject === "modules" ? COMMANDS.modulePicture : COMMANDS.optionPicture;
    const picture = await this.server.ask<Picture>(command);
    if (picture === undefined || subject !== this.subject) {
      return;
    }
    panel.title = subject === "modules" ? "Module Graph" : "Option Graph";
    const focus = this.focus;
    this.focus = undefined;
    const message: ToPage = {
      type: "picture",
      subject,
      picture,
      ...(focus === undefined ? {} : { focus }),
    };
    await panel.webview.postMessage(message);
  }
}

function page(webview: vscode.Webview, extension: vscode.Uri): string {
  const uri = (...path: string[]): vscode.Uri =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, ...path));
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  const head = (kind: string): string => `
        <marker id="head-${kind}" class="head-${kind}" viewBox="0 0 8 8" refX="7.5" refY="4"
            markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M0 0.8 L8 4 L0 7.2 Z"/>
        </marker>`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${uri("media", "graph.css").toString()}">
    <title>Graph</title>
  </head>
  <body>
    <header>
      <span class="choice" role="group" aria-label="What is shown">
        <button id="modules">Modules</button><button id="options">Options</button>
      </span>
      <input id="filter" type="search" placeholder="Filter ( / )" aria-label="Filter by name">
      <label>Neighbours
        <select id="depth">
          <option value="0">none</option>
          <option value="1" selected>1 step</option>
          <option value="2">2 steps</option>
          <option value="3">3 steps</option>
        </select>
      </label>
      <button id="everything" hidden>Show everything</button>
      <label class="modules-only"><input id="imports" type="checkbox" checked>
        <span class="sample"></span> imports</label>
      <label class="modules-only"><input id="reads" type="checkbox" checked>
        <span class="sample read"></span> reads options</label>
      <label><span class="sample cycle"></span> cycle</label>
      <span class="space"></span>
      <span id="summary" role="status"></span>
      <span>
        <button id="farther" title="Zoom out (-)" aria-label="Zoom out">−</button>
        <button id="closer" title="Zoom in (+)" aria-label="Zoom in">+</button>
        <button id="fit" title="Fit (0)">Fit</button>
      </span>
    </header>
    <svg id="canvas" role="application" aria-label="Graph">
      <defs>${["import", "read", "cycle"].map(head).join("")}
      </defs>
      <g id="stage"></g>
    </svg>
    <aside id="details" aria-label="Details" hidden></aside>
    <script nonce="${nonce}" src="${uri("out", "graph.js").toString()}"></script>
  </body>
</html>
`;
}
