import assert from "node:assert/strict";
import test from "node:test";
import { beside, circumstances, counted, icon, marked, shortType, worst } from "../src/options/words";
import type { OptionDefinition, OptionNode, OptionSummary } from "../src/protocol";

const NONE = { errors: 0, warnings: 0, information: 0, hints: 0 };

function node(option: Partial<OptionSummary> | null, more: Partial<OptionNode> = {}): OptionNode {
  const whole: OptionSummary = {
    path: "hypervisor.web.port",
    kind: "option",
    type: null,
    default: null,
    description: null,
    readOnly: false,
    location: {
      uri: "file:///a.nix",
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    },
    file: "a.nix",
    set: 0,
    read: 0,
    ...option,
  };
  return {
    name: "port",
    path: ["hypervisor", "web", "port"],
    hasChildren: false,
    options: 1,
    findings: NONE,
    option: option === null ? null : whole,
    ...more,
  };
}

test("behind an option stand its default and its type", () => {
  const type = "16 bit unsigned integer; between 0 and 65535 (both inclusive)";
  assert.equal(beside(node({ type, default: "8080" })), "= 8080 · 16 bit unsigned integer");
  assert.equal(beside(node({ default: '"auto"' })), '= "auto"');
  assert.equal(beside(node({})), "");
});

test("an option that is gone says so instead", () => {
  assert.equal(beside(node({ kind: "renamed", type: "string" })), "renamed");
});

test("behind a set stands how many options it has", () => {
  assert.equal(beside(node(null, { options: 12 })), "12 options");
  assert.equal(beside(node(null)), "1 option");
});

test("a type is as short as can be understood", () => {
  assert.equal(shortType("integer between 1 and 64 (both inclusive)"), "integer between 1 and 64");
  assert.equal(shortType("attribute set of (submodule)"), "attribute set of submodule");
  assert.equal(shortType(null), "");
  const long = shortType(`one of ${'"something", '.repeat(20)}`);
  assert.ok(long.length <= 48 && long.endsWith("…"));
});

test("the worst finding decides the colour, and errors and warnings the mark", () => {
  assert.equal(worst({ ...NONE, hints: 3 }), "hint");
  assert.equal(worst({ ...NONE, hints: 3, warnings: 1 }), "warning");
  assert.equal(worst({ ...NONE, information: 1, errors: 1 }), "error");
  assert.equal(worst(NONE), undefined);
  assert.equal(marked({ errors: 1, warnings: 2, information: 4, hints: 8 }), 3);
});

test("findings are counted in words", () => {
  assert.equal(counted({ errors: 2, warnings: 1, information: 0, hints: 1 }), "2 errors, 1 warning, 1 hint");
  assert.equal(counted(NONE), "");
});

test("an icon tells the kind of value", () => {
  const icons = {
    "16 bit unsigned integer": "symbol-numeric",
    boolean: "symbol-boolean",
    string: "symbol-string",
    "list of string": "symbol-array",
    "attribute set of (submodule)": "symbol-object",
    'one of "a", "b"': "symbol-enum",
    "absolute path": "symbol-file",
    "null or string": "symbol-string",
  };
  for (const [type, name] of Object.entries(icons)) {
    assert.equal(icon(node({ type })), name, type);
  }
  assert.equal(icon(node(null)), "symbol-namespace");
  assert.equal(icon(node({ kind: "enable", type: "boolean" })), "symbol-boolean");
  assert.equal(icon(node({ kind: "removed" })), "history");
});

test("what decides about a value is put into words", () => {
  const told = (more: Partial<OptionDefinition>): string =>
    circumstances({
      uri: "file:///a.nix",
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      file: "a.nix",
      path: "hypervisor.web.port",
      value: "80",
      condition: null,
      priority: 100,
      priorityFunction: null,
      ...more,
    });
  assert.equal(told({}), "priority 100");
  assert.equal(
    told({ condition: "cfg.enable", priority: 50, priorityFunction: "mkForce" }),
    "if cfg.enable · priority 50 (mkForce)",
  );
  assert.equal(told({ priority: null }), "priority not known");
});
