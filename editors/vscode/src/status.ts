import * as vscode from "vscode";
import { counted } from "./options/words";
import type { RootStatus } from "./protocol";
import type { Server, State } from "./server";

/** The entry in the status bar: what the server is busy with, and then what it knows. */
export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.item = vscode.window.createStatusBarItem(
      "hyper-nixos-ls.status",
      vscode.StatusBarAlignment.Left,
      0,
    );
    this.item.name = "Hyper-NixOS";
    this.disposables = [
      this.item,
      server.onState(() => this.update()),
      server.onStatus(() => this.update()),
    ];
    this.update();
    this.item.show();
  }

  dispose(): void {
    this.disposables.forEach((it) => it.dispose());
  }

  private update(): void {
    const { state, roots } = this.server;
    const failed = state.kind === "failed" || state.kind === "stopped";
    this.item.text = text(state, roots);
    this.item.tooltip = tooltip(state, roots);
    this.item.command = failed
      ? "hyper-nixos-ls.restartServer"
      : "hyper-nixos-ls.options.focus";
    this.item.backgroundColor =
      state.kind === "failed" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.item.accessibilityInformation = { label: `Hyper-NixOS: ${this.item.text}` };
  }
}

function text(state: State, roots: readonly RootStatus[]): string {
  switch (state.kind) {
    case "starting":
      return "$(loading~spin) Hyper-NixOS: starting";
    case "stopped":
      return "$(circle-slash) Hyper-NixOS: stopped";
    case "failed":
      return "$(error) Hyper-NixOS: no server";
    case "running":
      if (state.work !== undefined || roots.length === 0) {
        return `$(loading~spin) Hyper-NixOS: ${state.work ?? "reading"}`;
      }
  }
  const sum = (count: (root: RootStatus) => number): number =>
    roots.reduce((all, root) => all + count(root), 0);
  const [errors, warnings] = [sum((it) => it.findings.errors), sum((it) => it.findings.warnings)];
  const found = [
    errors > 0 ? ` $(error) ${errors}` : "",
    warnings > 0 ? ` $(warning) ${warnings}` : "",
  ];
  return `$(symbol-namespace) ${sum((it) => it.options)} options${found.join("")}`;
}

function tooltip(state: State, roots: readonly RootStatus[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = {
    enabledCommands: [
      "hyper-nixos-ls.options.focus",
      "hyper-nixos-ls.showModuleGraph",
      "hyper-nixos-ls.restartServer",
      "hyper-nixos-ls.showLog",
    ],
  };
  if (state.kind === "failed") {
    text.appendMarkdown(`**No server**\n\n`);
    text.appendText(state.reason);
  } else if (state.kind === "running") {
    text.appendMarkdown(`**hyper-nixos-ls ${state.version}**`);
  }
  for (const root of roots) {
    const outside = root.outsideOptions > 0 ? `, ${root.outsideOptions} from outside` : "";
    const broken = root.brokenFiles > 0 ? ` (${root.brokenFiles} with syntax errors)` : "";
    text.appendMarkdown("\n\n");
    text.appendText(root.root);
    text.appendMarkdown(
      `\n\n- ${root.files} files${broken}, ${root.modules} modules\n` +
        `- ${root.options} options${outside}\n` +
        `- ${counted(root.findings) || "no findings"}\n`,
    );
  }
  text.appendMarkdown(
    "\n\n---\n\n[Options](command:hyper-nixos-ls.options.focus) · " +
      "[Graph](command:hyper-nixos-ls.showModuleGraph) · " +
      "[Restart](command:hyper-nixos-ls.restartServer) · " +
      "[Log](command:hyper-nixos-ls.showLog)",
  );
  return text;
}
