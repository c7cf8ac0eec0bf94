import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { SECTION } from "./settings";

const NAME = "hyper-nixos-ls";

/** The server's program as an absolute path, or why there is none. */
export type Program = { path: string } | { missing: string };

export async function findProgram(): Promise<Program> {
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
            `Correct the setting, or clear it to use ${NAME} from the PATH.`,
        };
  }
  for (const directory of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const name of namesOnThisSystem()) {
      const file = path.join(directory, name);
      if (directory !== "" && (await isExecutable(file))) {
        return { path: file };
      }
    }
  }
  return {
    missing:
      `The program ${NAME} is not on the PATH. ` +
      "Install it, or tell where it is in the settings.",
  };
}

function fromWorkspace(file: string): string {
  if (path.isAbsolute(file)) {
    return file;
  }
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder === undefined ? file : path.join(folder.uri.fsPath, file);
}

function namesOnThisSystem(): string[] {
  return process.platform === "win32" ? [`${NAME}.exe`] : [NAME];
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
