import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";
import { findProgram } from "./program";
import { SECTION, serverSettings } from "./settings";

let client: LanguageClient | undefined;
let log: vscode.LogOutputChannel | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel("Hyper-NixOS", { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand(`${SECTION}.restart`, restart),
    vscode.commands.registerCommand(`${SECTION}.showLog`, () => log?.show()),
    vscode.workspace.onDidChangeConfiguration(configurationChanged),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function start(): Promise<void> {
  const program = await findProgram();
  if ("missing" in program) {
    void reportFailure(program.missing);
    return;
  }
  const extra = vscode.workspace
    .getConfiguration(SECTION)
    .get<string[]>("server.arguments", []);
  const server: ServerOptions = { command: program.path, args: ["serve", ...extra] };
  client = new LanguageClient(SECTION, "Hyper-NixOS", server, clientOptions());
  try {
    await client.start();
    log?.info(`started ${program.path}`);
  } catch (error) {
    client = undefined;
    void reportFailure(`${program.path} did not start: ${describe(error)}`);
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  try {
    await running?.dispose();
  } catch (error) {
    // A server that already ended cannot be asked to; there is nothing left to stop.
    log?.warn(`while stopping: ${describe(error)}`);
  }
}

function clientOptions(): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: "file", language: "nix" }],
    initializationOptions: serverSettings(),
    ...(log === undefined ? {} : { outputChannel: log }),
    middleware: {
      workspace: {
        // Without this the client would answer with every default in it.
        configuration: (params) =>
          params.items.map((item) =>
            item.section === SECTION
              ? serverSettings(
                  item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri),
                )
              : (vscode.workspace.getConfiguration().get(item.section ?? "") ?? null),
          ),
      },
    },
  };
}

async function configurationChanged(event: vscode.ConfigurationChangeEvent): Promise<void> {
  if (event.affectsConfiguration(`${SECTION}.server`)) {
    await restart();
  } else if (event.affectsConfiguration(SECTION) && client?.isRunning()) {
    await client.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { [SECTION]: serverSettings() },
    });
  }
}

async function reportFailure(message: string): Promise<void> {
  const openSettings = "Open Settings";
  const tryAgain = "Try Again";
  const showLog = "Show Log";
  log?.error(message);
  const chosen = await vscode.window.showErrorMessage(message, openSettings, tryAgain, showLog);
  if (chosen === openSettings) {
    await vscode.commands.executeCommand(
      "workbench.action.openSettings",
      `${SECTION}.server.path`,
    );
  } else if (chosen === tryAgain) {
    await restart();
  } else if (chosen === showLog) {
    log?.show();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
