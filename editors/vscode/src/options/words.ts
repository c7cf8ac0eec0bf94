/** How an option is put into a line: pure, so that it can be tested without VS Code. */
import type { Findings, OptionDefinition, OptionNode, OptionSummary } from "../protocol";

/** The worst of some findings. */
export type Severity = "error" | "warning" | "information" | "hint";

export function worst(findings: Findings): Severity | undefined {
  if (findings.errors > 0) {
    return "error";
  }
  if (findings.warnings > 0) {
    return "warning";
  }
  if (findings.information > 0) {
    return "information";
  }
  return findings.hints > 0 ? "hint" : undefined;
}

/** "2 errors, 1 warning"; empty where there is nothing. */
export function counted(findings: Findings): string {
  const parts: [number, string, string][] = [
    [findings.errors, "error", "errors"],
    [findings.warnings, "warning", "warnings"],
    [findings.information, "information", "information"],
    [findings.hints, "hint", "hints"],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`)
    .join(", ");
}

/** Findings worth a mark: what is merely to be known has none. */
export function marked({ errors, warnings }: Findings): number {
  return errors + warnings;
}

/** What stands behind the name in the tree: the default and the type, or how many options there are. */
export function beside({ option, options }: OptionNode): string {
  if (option === null) {
    return options === 1 ? "1 option" : `${options} options`;
  }
  if (option.kind === "removed" || option.kind === "renamed") {
    return option.kind;
  }
  // The default first: it is the shorter one, and a side bar is narrow.
  const value = option.default === null ? "" : `= ${cut(option.default, LONGEST_DEFAULT)}`;
  return [value, shortType(option.type)].filter((part) => part !== "").join(" · ");
}

const LONGEST_DEFAULT = 28;
const LONGEST_TYPE = 48;

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
}

/** Nix's own words, without what stands behind a semicolon, and without brackets. */
export function shortType(type: string | null): string {
  const [first = ""] = (type ?? "").split(";");
  const short = first.replace(" (both inclusive)", "").replace(/[()]/g, "").trim();
  return cut(short, LONGEST_TYPE);
}

/** One of VS Code's icons. */
export function icon({ option, hasChildren }: OptionNode): string {
  if (option === null) {
    return "symbol-namespace";
  }
  if (option.kind === "renamed" || option.kind === "removed") {
    return "history";
  }
  if (option.kind === "enable") {
    return "symbol-boolean";
  }
  if (option.kind === "package") {
    return "package";
  }
  const type = option.type ?? "";
  const icons: [RegExp, string][] = [
    [/^list of/, "symbol-array"],
    [/^(lazy )?attribute set/, "symbol-object"],
    [/^submodule/, "symbol-class"],
    [/boolean/, "symbol-boolean"],
    [/one of/, "symbol-enum"],
    [/integer|number|port|float/, "symbol-numeric"],
    [/path/, "symbol-file"],
    [/package/, "package"],
    [/string|lines|text/, "symbol-string"],
  ];
  const known = icons.find(([pattern]) => pattern.test(type))?.[1];
  return known ?? (hasChildren ? "symbol-class" : "symbol-field");
}

/** How much an option is used. */
export function uses({ set, read }: OptionSummary): string {
  return `set ${set}× · read ${read}×`;
}

/** What decides whether a value counts: "if cfg.enable · priority 50 (mkForce)". */
export function circumstances(definition: OptionDefinition): string {
  const { condition, priority, priorityFunction } = definition;
  const parts = condition === null ? [] : [`if ${condition}`];
  if (priority === null) {
    parts.push("priority not known");
  } else if (priorityFunction !== null) {
    parts.push(`priority ${priority} (${priorityFunction})`);
  } else {
    parts.push(`priority ${priority}`);
  }
  return parts.join(" · ");
}
