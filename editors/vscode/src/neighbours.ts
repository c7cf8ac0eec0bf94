/**
 * Living beside other extensions for Nix: what another language server does already is left to it, and what
 * only this one knows is always there.
 */
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { SECTION } from "./settings";

/** What every Nix language server has; each would be there twice, or make VS Code ask which one to take. */
const COMMON_METHODS: ReadonlySet<string> = new Set([
  "textDocument/formatting",
  "textDocument/documentSymbol",
  "textDocument/foldingRange",
  "textDocument/selectionRange",
]);

/** The methods of the protocol that are left to another server. */
export function yieldedMethods(): ReadonlySet<string> {
  const setting = vscode.workspace
    .getConfiguration(SECTION)
    .get<string>("besideOtherServers", "auto");
  const yields = setting === "share" || (setting === "auto" && otherServerRuns());
  return yields ? COMMON_METHODS : new Set();
}

/** Nix IDE, with one of its language servers turned on. */
export function otherServerRuns(): boolean {
  return (
    vscode.extensions.getExtension("jnoortheen.nix-ide") !== undefined &&
    vscode.workspace.getConfiguration("nix").get<boolean>("enableLanguageServer", false)
  );
}

/** The names of Nix itself are completed by the other server; options are ours. */
export const withoutDoubles: Middleware = {
  provideCompletionItem: async (document, position, context, token, next) => {
    const found = await next(document, position, context, token);
    const ours = (item: vscode.CompletionItem): boolean =>
      item.kind !== vscode.CompletionItemKind.Function &&
      item.kind !== vscode.CompletionItemKind.Variable;
    if (found === null || found === undefined) {
      return found;
    }
    return Array.isArray(found)
      ? found.filter(ours)
      : new vscode.CompletionList(found.items.filter(ours), found.isIncomplete);
  },
};

/** Brackets, comments and indentation, unless an extension with more to say about Nix brings them. */
export function configureLanguage(own: string): vscode.Disposable | undefined {
  const isConfigured = vscode.extensions.all.some((extension) => {
    const manifest = extension.packageJSON as Manifest;
    return (
      extension.id !== own &&
      manifest.contributes?.languages?.some((it) => it.id === "nix" && it.configuration)
    );
  });
  if (isConfigured) {
    return undefined;
  }
  const { String, Comment } = vscode.SyntaxTokenType;
  const notIn = [String, Comment];
  return vscode.languages.setLanguageConfiguration("nix", {
    comments: { lineComment: "#", blockComment: ["/*", "*/"] },
    brackets: [
      ["{", "}"],
      ["[", "]"],
      ["(", ")"],
    ],
    autoClosingPairs: [
      { open: "{", close: "}" },
      { open: "[", close: "]" },
      { open: "(", close: ")" },
      { open: '"', close: '"', notIn },
      { open: "''", close: "''", notIn },
    ],
    indentationRules: {
      increaseIndentPattern: /^.*(\{|\[|\(|\blet|\bin)\s*(#.*)?$/,
      decreaseIndentPattern: /^\s*(\}|\]|\)|in\b)/,
    },
  });
}

interface Manifest {
  readonly contributes?: {
    readonly languages?: readonly { readonly id?: string; readonly configuration?: string }[];
  };
}
