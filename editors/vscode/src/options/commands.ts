import * as vscode from "vscode";
import { COMMANDS, type OptionNode, type OptionSummary } from "../protocol";
import { type Server, asRange } from "../server";
import { shortType, uses } from "./words";

/** What can be done with an option of the tree; the argument is the tree's element, or something like it. */
export function registerOptionCommands(server: Server): vscode.Disposable[] {
  const forOption = (
    name: string,
    body: (option: OptionSummary) => Promise<unknown>,
  ): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (element?: { node?: OptionNode }) => {
      const option = element?.node?.option;
      if (option) {
        await body(option);
      }
    });
  return [
    forOption("hyper-nixos-ls.goToDeclaration", (option) => server.open(option.location)),
    forOption("hyper-nixos-ls.findReferences", (option) => showReferences(server, option)),
    forOption("hyper-nixos-ls.renameOption", (option) => rename(server, option)),
    vscode.commands.registerCommand(
      "hyper-nixos-ls.copyOptionPath",
      async (element?: { node?: OptionNode }) => {
        const { node } = element ?? {};
        if (node !== undefined) {
          await vscode.env.clipboard.writeText(node.option?.path ?? node.path.join("."));
        }
      },
    ),
    vscode.commands.registerCommand("hyper-nixos-ls.searchOptions", () => search(server)),
  ];
}

async function showReferences(server: Server, { location }: OptionSummary): Promise<void> {
  const editor = await server.open(location);
  const { start } = asRange(location);
  const found = await server.references(location);
  await vscode.commands.executeCommand(
    "editor.action.showReferences",
    editor.document.uri,
    start,
    found,
  );
}

async function rename(server: Server, { location }: OptionSummary): Promise<void> {
  const editor = await server.open(location);
  const { start } = asRange(location);
  editor.selection = new vscode.Selection(start, start);
  await vscode.commands.executeCommand("editor.action.rename");
}

interface Choice extends vscode.QuickPickItem {
  readonly option: OptionSummary;
}

/** Finds an option by its path, its type or its description. */
async function search(server: Server): Promise<void> {
  const options = server.ask<OptionSummary[]>(COMMANDS.optionList);
  const choices = options.then((found) => (found ?? []).map(choice));
  const chosen = await vscode.window.showQuickPick(choices, {
    title: "Options",
    placeHolder: "Part of a path, a type or a description",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen !== undefined) {
    await server.open(chosen.option.location);
  }
}

function choice(option: OptionSummary): Choice {
  const said = [option.description, `${option.file} · ${uses(option)}`];
  return {
    label: option.path,
    description: shortType(option.type),
    detail: said.filter((it) => it !== null).join("  —  "),
    option,
  };
}
