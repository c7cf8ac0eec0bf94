import * as vscode from "vscode";

/** The section of the settings, and the name under which the server asks for it. */
export const SECTION = "hyper-nixos-ls";

/** The settings that the server knows; the others are the extension's own business. */
const SERVER_KEYS = [
  "profile",
  "namespaces",
  "rules",
  "roots",
  "core",
  "exclude",
  "option-sources",
  "inlay-hints",
  "formatter",
] as const;

/**
 * What the user has set, and nothing else: a default sent along would win over the workspace's
 * `hyper-nixos-ls.toml`, which the user never meant.
 */
export function serverSettings(scope?: vscode.Uri): Record<string, unknown> {
  const section = vscode.workspace.getConfiguration(SECTION, scope);
  const settings: Record<string, unknown> = {};
  for (const key of SERVER_KEYS) {
    const set = section.inspect(key);
    const isSet =
      set?.globalValue !== undefined ||
      set?.workspaceValue !== undefined ||
      set?.workspaceFolderValue !== undefined;
    if (isSet) {
      settings[key] = section.get(key);
    }
  }
  return settings;
}
