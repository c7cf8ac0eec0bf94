import * as path from "node:path";
import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
import type { GraphPanel } from "./graph/panel";
import type { Subject } from "./graph/messages";
import { COMMANDS, type SafeFixes } from "./protocol";
import { SHOW_REFERENCES, type Server, asRange } from "./server";

/** Documents that are made of what the server knows, and saved nowhere. */
const SCHEME = "hyper-nixos-ls";

export function registerCommands(server: Server, graph: GraphPanel): vscode.Disposable[] {
  const command = (name: string, body: (...args: never[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`hyper-nixos-ls.${name}`, body);
  const show = (subject: Subject) => (): Promise<void> => graph.show(subject, atHand(subject));
  return [
    command("restartServer", () => server.restart()),
    command("showLog", () => server.log.show()),
    command("newModule", newModule),
    command("fixFile", () => fix(server, vscode.window.activeTextEditor?.document.uri)),
    command("fixWorkspace", () => fix(server, undefined)),
    command("showModuleGraph", () => graph.show("modules")),
    command("showOptionGraph", () => graph.show("options")),
    command("showModuleInGraph", show("modules")),
    command("showOptionsDocument", () => showOptionsDocument(server)),
    command("showReferences", showReferences),
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async () =>
        (await server.ask<string>(COMMANDS.optionsDocument)) ?? "The server does not run.\n",
    }),
  ];
}

/** The module that is being edited, as the picture calls it. */
function atHand(subject: Subject): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return subject === "modules" && uri?.scheme === "file"
    ? vscode.workspace.asRelativePath(uri, false)
    : undefined;
}

async function showReferences(
  uri: string,
  { line, character }: Position,
  places: readonly Location[],
): Promise<void> {
  await vscode.commands.executeCommand(
    SHOW_REFERENCES,
    vscode.Uri.parse(uri),
    new vscode.Position(line, character),
    places.map((it) => new vscode.Location(vscode.Uri.parse(it.uri), asRange(it))),
  );
}

async function showOptionsDocument(server: Server): Promise<void> {
  const root = server.roots[0]?.uri ?? "";
  const uri = vscode.Uri.from({ scheme: SCHEME, path: "/Options.md", query: root });
  await vscode.commands.executeCommand("markdown.showPreview", uri);
}

/** Makes the safe fixes of a file, or of the whole tree. */
async function fix(server: Server, file: vscode.Uri | undefined): Promise<void> {
  const meant = file?.toString() ?? server.roots[0]?.uri;
  const fixes = await server.ask<SafeFixes>(COMMANDS.safeFixes, meant);
  if (fixes === undefined) {
    return;
  }
  const where = file === undefined ? "in the workspace" : `in ${path.basename(file.path)}`;
  if (fixes.findings === 0) {
    void vscode.window.showInformationMessage(`There is nothing ${where} with a safe fix.`);
  } else if (await server.apply(fixes.edit)) {
    const noun = fixes.findings === 1 ? "finding" : "findings";
    void vscode.window.showInformationMessage(`Fixed ${fixes.findings} ${noun} ${where}.`);
  }
}

/** Asks for a place, makes the file and opens it; the server writes the module's beginning into it. */
async function newModule(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    void vscode.window.showErrorMessage("Open a folder first: a module belongs into one.");
    return;
  }
  const active = vscode.window.activeTextEditor?.document.uri;
  const beside =
    active?.scheme === "file" ? path.posix.dirname(vscode.workspace.asRelativePath(active, false)) : "";
  const begin = beside.startsWith("modules") ? `${beside}/` : "modules/";
  const name = await vscode.window.showInputBox({
    title: "New Module",
    prompt: "Where the module is to be, from the workspace's root",
    value: `${begin}name.nix`,
    valueSelection: [begin.length, begin.length + "name".length],
    validateInput: whyNoModule,
  });
  if (name === undefined) {
    return;
  }
  const uri = vscode.Uri.joinPath(folder, name);
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: true });
  if (await vscode.workspace.applyEdit(edit)) {
    await vscode.window.showTextDocument(uri);
  }
}

function whyNoModule(name: string): string | undefined {
  if (!name.endsWith(".nix")) {
    return "A module's name ends with .nix.";
  }
  const isPlain = name.split("/").every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part));
  return isPlain ? undefined : "Give a path of plain names, such as modules/web/api.nix.";
}
