/**
 * What the server is asked beyond the protocol, and what it answers: commands of `workspace/executeCommand`
 * and one notification. Positions are the protocol's, and become VS Code's only where they are shown.
 */
import type { Location, WorkspaceEdit } from "vscode-languageclient/node";

/** The commands; each takes a URI in the tree meant. */
export const COMMANDS = {
  optionsDocument: "hyper-nixos-ls.optionsDocument",
  /** Takes an option path as a list of names, too. */
  optionChildren: "hyper-nixos-ls.optionChildren",
  optionList: "hyper-nixos-ls.optionList",
  modulePicture: "hyper-nixos-ls.modulePicture",
  optionPicture: "hyper-nixos-ls.optionPicture",
  /** A file's URI means that file alone. */
  safeFixes: "hyper-nixos-ls.safeFixes",
  /** Takes a document's URI and a position in it. */
  definitions: "hyper-nixos-ls.definitions",
} as const;

/** Sent after each change, once its findings are known; only to clients that ask for it. */
export const STATUS_NOTIFICATION = "hyper-nixos-ls/status";

export interface StatusParams {
  readonly roots: readonly RootStatus[];
}

/** One tree in numbers. */
export interface RootStatus {
  readonly root: string;
  readonly uri: string;
  readonly files: number;
  readonly modules: number;
  readonly options: number;
  readonly brokenFiles: number;
  readonly outsideOptions: number;
  readonly findings: Findings;
}

export interface Findings {
  readonly errors: number;
  readonly warnings: number;
  readonly information: number;
  readonly hints: number;
}

export type OptionKind = "option" | "enable" | "package" | "renamed" | "removed";

export interface OptionSummary {
  /** Dotted, as Nix would want it written. */
  readonly path: string;
  readonly kind: OptionKind;
  readonly type: string | null;
  readonly default: string | null;
  readonly description: string | null;
  readonly readOnly: boolean;
  readonly location: Location;
  /** The declaring file, relative to the root. */
  readonly file: string;
  readonly set: number;
  readonly read: number;
}

export interface OptionNode {
  readonly name: string;
  readonly path: readonly string[];
  readonly hasChildren: boolean;
  /** How many options there are, itself and all below. */
  readonly options: number;
  readonly findings: Findings;
  /** `null`: a set that only holds others. */
  readonly option: OptionSummary | null;
}

export interface SafeFixes {
  readonly findings: number;
  readonly edit: WorkspaceEdit;
}

/** A value that an option is given; those come first that win. */
export interface OptionDefinition extends Location {
  /** The defining file, relative to the root. */
  readonly file: string;
  /** As it is written there, perhaps an old name of the option. */
  readonly path: string;
  /** The first line of it. */
  readonly value: string | null;
  /** What must hold so that it counts, as Nix. */
  readonly condition: string | null;
  /** The lower wins; `null`: it is not known. */
  readonly priority: number | null;
  /** The function of `lib` that gives this priority. */
  readonly priorityFunction: string | null;
}
