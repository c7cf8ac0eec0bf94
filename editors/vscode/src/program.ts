import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { SECTION } from "./settings";

const NAME = "hyper-nixos-ls";

/** The server's program as an absolute path, or why there is none. */
export type Program = { readonly path: string } | { readonly missing: string };

/** The one that the settings name, else the one that came with the extension, else the one of the `PATH`. */
export async function findProgram(extension: vscode.Uri): Promise<Program> {
  const configured = vscode.workspace
    .getConfiguration(SECTION)
    .get<string>("server.path", "")
    .trim();
  if (configured !== "") {
    const file = fromWorkspace(configured);
    return (await isExecutable(file))
      ? { path: file }
      : {
          missing:
            `The setting "${SECTION}.server.path" names ${file}, but there is no program that can be run. ` +
            `Choose another one, or clear the setting to use ${NAME} from the PATH.`,
        };
  }
  const shipped = path.join(extension.fsPath, "bin");
  const folders = [shipped, ...(process.env["PATH"] ?? "").split(path.delimiter)];
  for (const folder of folders.filter((it) => it !== "")) {
    const file = path.join(folder, process.platform === "win32" ? `${NAME}.exe` : NAME);
    if (await isExecutable(file)) {
      return { path: file };
    }
  }
  return {
    missing:
      `The program ${NAME} is not on the PATH that VS Code sees. ` +
      "Install it and try again, or choose where it is.",
  };
}

function fromWorkspace(file: string): string {
  if (path.isAbsolute(file)) {
    return file;
  }
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder === undefined ? file : path.join(folder.uri.fsPath, file);
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
