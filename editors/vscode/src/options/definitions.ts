import * as vscode from "vscode";
import type { Position } from "vscode-languageclient/node";
import { COMMANDS, type OptionDefinition } from "../protocol";
import { SHOW_DEFINITIONS, type Server } from "../server";
import { circumstances } from "./words";

interface Choice extends vscode.QuickPickItem {
  readonly definition: OptionDefinition;
}

/** A lens says which option is meant; without one it is the option under the cursor. */
export function registerDefinitions(server: Server): vscode.Disposable {
  return vscode.commands.registerCommand(SHOW_DEFINITIONS, (uri?: string, position?: Position) =>
    show(server, uri, position),
  );
}

/** Lists who sets an option, what wins first, and goes to the one that is chosen. */
async function show(server: Server, uri?: string, position?: Position): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const document = uri ?? editor?.document.uri.toString();
  const cursor = editor?.selection.active;
  const place = position ?? (cursor && { line: cursor.line, character: cursor.character });
  if (document === undefined || place === undefined) {
    return;
  }
  const definitions = await server.ask<OptionDefinition[]>(COMMANDS.definitions, document, place);
  if (definitions === undefined || definitions.length === 0) {
    void vscode.window.showInformationMessage("There is no option here that is set anywhere.");
    return;
  }
  const chosen = await vscode.window.showQuickPick(definitions.map(choice), {
    title: "Definitions, what wins first",
    placeHolder: "Part of a file, a condition or a value",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen !== undefined) {
    await server.open(chosen.definition);
  }
}

function choice(definition: OptionDefinition): Choice {
  const { file, range, path, value } = definition;
  return {
    label: `${file}:${range.start.line + 1}`,
    description: circumstances(definition),
    detail: value === null ? path : `${path} = ${value}`,
    definition,
  };
}
