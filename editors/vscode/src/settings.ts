import * as vscode from "vscode";

/** The section of the settings, and the name under which the server asks for it. */
export const SECTION = "hyper-nixos-ls";

/** The part of the settings in package.json that is generated from the server's own keys. */
const SERVER_PART = "Modules";

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly {
      readonly title: string;
      readonly properties: Readonly<Record<string, unknown>>;
    }[];
  };
}

/**
 * What the user has set, and nothing else: a default sent along would win over the workspace's
 * `hyper-nixos-ls.toml`, which the user never meant.
 */
export function serverSettings(
  extension: vscode.Extension<unknown>,
  scope?: vscode.Uri,
): Record<string, unknown> {
  const section = vscode.workspace.getConfiguration(SECTION, scope);
  const settings: Record<string, unknown> = {};
  for (const key of serverKeys(extension)) {
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

/** The settings that the server knows; the others are the extension's own business. */
function serverKeys(extension: vscode.Extension<unknown>): string[] {
  const { configuration } = (extension.packageJSON as Manifest).contributes;
  const part = configuration.find(({ title }) => title === SERVER_PART);
  return Object.keys(part?.properties ?? {}).map((key) => key.slice(SECTION.length + 1));
}
