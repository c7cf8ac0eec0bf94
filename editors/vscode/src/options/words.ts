/** How an option is put into a line: pure, so that it can be tested without VS Code. */
import type { Findings, OptionNode, OptionSummary } from "../protocol";

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

/** What stands behind the name in the tree: the type and the default, or how many options there are. */
export function beside({ option, options }: OptionNode): string {
  if (option === null) {
    return options === 1 ? "1 option" : `${options} options`;
  }
  if (option.kind === "removed" || option.kind === "renamed") {
    return option.kind;
  }
  const parts = [shortType(option.type)];
  if (option.default !== null) {
    parts.push(`= ${option.default}`);
  }
  return parts.filter((part) => part !== "").join(" ");
}

const LONGEST_TYPE = 48;

/** Nix's own words, without what stands behind a semicolon, and without brackets. */
export function shortType(type: string | null): string {
  const [first = ""] = (type ?? "").split(";");
  const short = first.replace(" (both inclusive)", "").replace(/[()]/g, "").trim();
  return short.length > LONGEST_TYPE ? `${short.slice(0, LONGEST_TYPE - 1).trimEnd()}…` : short;
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
