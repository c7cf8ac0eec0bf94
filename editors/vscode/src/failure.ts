import * as vscode from "vscode";
import type { Server } from "./server";
import { SECTION } from "./settings";

/** Tells the user why there is no server, with a way out of it. */
export function reportFailures(server: Server): vscode.Disposable {
  return server.onState((state) => {
    if (state.kind === "failed") {
      void report(server, state.reason);
    }
  });
}

async function report(server: Server, reason: string): Promise<void> {
  const choose = "Choose Program…";
  const again = "Try Again";
  const settings = "Open Settings";
  const chosen = await vscode.window.showErrorMessage(reason, choose, again, settings);
  if (chosen === choose) {
    await chooseProgram();
  } else if (chosen === again) {
    await server.restart();
  } else if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.server.path`);
  }
}

/** The settings are the user's own: a program is chosen for this machine and not for a project. */
async function chooseProgram(): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: "The hyper-nixos-ls program",
      openLabel: "Use This Program",
    })) ?? [];
  if (file !== undefined) {
    await vscode.workspace
      .getConfiguration(SECTION)
      .update("server.path", file.fsPath, vscode.ConfigurationTarget.Global);
  }
}
