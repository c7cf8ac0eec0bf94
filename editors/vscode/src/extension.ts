import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { reportFailures } from "./failure";
import { GraphPanel } from "./graph/panel";
import { configureLanguage, otherServerRuns } from "./neighbours";
import { registerOptionCommands } from "./options/commands";
import { registerDefinitions } from "./options/definitions";
import { OptionsView } from "./options/view";
import { Server } from "./server";
import { StatusItem } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Hyper-NixOS", { log: true });
  const started = new Server(context, log);
  server = started;
  const graph = new GraphPanel(started, context.extensionUri);
  context.subscriptions.push(
    log,
    started,
    graph,
    new StatusItem(started),
    new OptionsView(started),
    reportFailures(started),
    started.onState((state) => {
      const running = state.kind === "running";
      void vscode.commands.executeCommand("setContext", "hyper-nixos-ls.running", running);
    }),
    ...registerCommands(started, graph),
    ...registerOptionCommands(started),
    registerDefinitions(started),
    vscode.workspace.onDidChangeConfiguration((event) => started.configurationChanged(event)),
    followNeighbours(started),
  );
  const language = configureLanguage(context.extension.id);
  if (language !== undefined) {
    context.subscriptions.push(language);
  }
  await started.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Starts again when another language server comes or goes: what it does is then left to it, or taken back. */
function followNeighbours(server: Server): vscode.Disposable {
  let before = otherServerRuns();
  const look = async (): Promise<void> => {
    const now = otherServerRuns();
    if (now !== before) {
      before = now;
      await server.restart();
    }
  };
  return vscode.Disposable.from(
    vscode.extensions.onDidChange(look),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("nix")) {
        await look();
      }
    }),
  );
}
