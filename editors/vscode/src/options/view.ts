import * as vscode from "vscode";
import { COMMANDS, type OptionNode, type RootStatus } from "../protocol";
import type { Server } from "../server";
import { type Severity, beside, counted, icon, marked, uses, worst } from "./words";

/** What an item of the tree stands for; trees of modules are shown only where there are several. */
type Element =
  | { readonly kind: "root"; readonly status: RootStatus }
  | { readonly kind: "node"; readonly node: OptionNode; readonly root: string };

/** Items with findings have addresses of this kind, so that VS Code asks how to decorate them. */
const SCHEME = "hyper-nixos-option";

const COLOURS: Record<Severity, string> = {
  error: "list.errorForeground",
  warning: "list.warningForeground",
  information: "list.deemphasizedForeground",
  hint: "list.deemphasizedForeground",
};

/** The tree of options. Each level is asked for when it is opened, and again after each change. */
export class OptionsView
  implements
    vscode.TreeDataProvider<Element>,
    vscode.FileDecorationProvider,
    vscode.Disposable
{
  static readonly id = "hyper-nixos-ls.options";
  private readonly changes = new vscode.EventEmitter<undefined>();
  private readonly decorations = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<Element>;
  private readonly disposables: vscode.Disposable[];

  readonly onDidChangeTreeData = this.changes.event;
  readonly onDidChangeFileDecorations = this.decorations.event;

  constructor(private readonly server: Server) {
    this.view = vscode.window.createTreeView(OptionsView.id, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.disposables = [
      this.view,
      this.changes,
      this.decorations,
      vscode.window.registerFileDecorationProvider(this),
      server.onStatus((roots) => this.update(roots)),
    ];
  }

  dispose(): void {
    this.disposables.forEach((it) => it.dispose());
  }

  async getChildren(element?: Element): Promise<Element[]> {
    if (element === undefined) {
      const { roots } = this.server;
      const [only] = roots;
      return roots.length > 1 || only === undefined
        ? roots.map((status) => ({ kind: "root", status }))
        : this.below(only.uri, []);
    }
    return element.kind === "root"
      ? this.below(element.status.uri, [])
      : this.below(element.root, element.node.path);
  }

  getTreeItem(element: Element): vscode.TreeItem {
    return element.kind === "root" ? rootItem(element.status) : nodeItem(element.node, element.root);
  }

  async resolveTreeItem(item: vscode.TreeItem, element: Element): Promise<vscode.TreeItem> {
    if (element.kind === "root") {
      return item;
    }
    const { option, findings, options } = element.node;
    const text = option && (await this.server.hover(option.location));
    const tooltip = text || new vscode.MarkdownString(`${options} options`);
    if (option !== null) {
      tooltip.appendMarkdown(`\n\n---\n\n${uses(option)}`);
    }
    const found = counted(findings);
    if (found !== "") {
      tooltip.appendMarkdown(`\n\n${found} here${element.node.hasChildren ? " and below" : ""}`);
    }
    item.tooltip = tooltip;
    return item;
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== SCHEME) {
      return undefined;
    }
    const [severity, count, words] = JSON.parse(uri.query) as [Severity, number, string];
    return {
      badge: count > 99 ? "∞" : String(count),
      color: new vscode.ThemeColor(COLOURS[severity]),
      tooltip: words,
    };
  }

  private async below(root: string, path: readonly string[]): Promise<Element[]> {
    const nodes = await this.server.ask<OptionNode[]>(COMMANDS.optionChildren, root, path);
    return (nodes ?? []).map((node) => ({ kind: "node", node, root }));
  }

  private update(roots: readonly RootStatus[]): void {
    this.changes.fire(undefined);
    const errors = roots.reduce((sum, { findings }) => sum + findings.errors, 0);
    const noun = errors === 1 ? "error" : "errors";
    // VS Code takes `undefined` for no badge, and its types do not say so with exact optional properties.
    Object.assign(this.view, {
      badge: errors === 0 ? undefined : { value: errors, tooltip: `${errors} ${noun}` },
    });
  }
}

function rootItem({ root, options, uri }: RootStatus): vscode.TreeItem {
  const name = root.split("/").pop() ?? root;
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = uri;
  item.description = `${options} options`;
  item.iconPath = new vscode.ThemeIcon("root-folder");
  return item;
}

function nodeItem(node: OptionNode, root: string): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  const isNamespace = node.path.join(".") === node.name && node.option === null;
  const state = !node.hasChildren ? None : isNamespace ? Expanded : Collapsed;
  const item = new vscode.TreeItem(node.name, state);
  item.id = JSON.stringify([root, node.path]);
  item.description = beside(node);
  item.contextValue = node.option === null ? "group" : "option";
  const severity = worst(node.findings);
  const count = marked(node.findings);
  const colour = severity && count > 0 ? new vscode.ThemeColor(COLOURS[severity]) : undefined;
  item.iconPath = new vscode.ThemeIcon(icon(node), colour);
  if (severity !== undefined && count > 0) {
    item.resourceUri = vscode.Uri.from({
      scheme: SCHEME,
      path: `/${node.path.map(encodeURIComponent).join("/")}`,
      query: JSON.stringify([severity, count, counted(node.findings)]),
    });
  }
  if (node.option !== null) {
    item.command = {
      command: "hyper-nixos-ls.goToDeclaration",
      title: "Go to Declaration",
      arguments: [{ node }],
    };
  }
  return item;
}
