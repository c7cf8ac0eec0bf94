import assert from "node:assert/strict";
import test from "node:test";
import { layers } from "../src/graph/layers";
import { label, layOut, neighbour } from "../src/graph/layout";
import { type Picture, select } from "../src/graph/picture";

const measure = (text: string): number => text.length * 7;

/** Modules by their paths, and arrows such as `a.nix > b.nix` (imports) or `a.nix ~ b.nix` (reads). */
function picture(modules: string[], ...arrows: string[]): Picture {
  const at = (name: string): number => modules.indexOf(name);
  return {
    nodes: modules.map((name) => ({
      name,
      group: name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "",
      location: null,
      isRoot: name === "configuration.nix",
      unreached: false,
    })),
    arrows: arrows.map((text) => {
      const [from = "", sign = "", to = ""] = text.split(" ");
      const kind = sign === "~" ? "read" : "import";
      return { from: at(from), to: at(to), kind, location: null, count: 1, inCycle: sign === "!" };
    }),
  };
}

const TREE = picture(
  ["configuration.nix", "modules/web/a.nix", "modules/web/b.nix", "modules/core/c.nix", "old/d.nix"],
  "configuration.nix > modules/web/a.nix",
  "configuration.nix > modules/web/b.nix",
  "modules/web/a.nix > modules/core/c.nix",
  "modules/core/c.nix ~ modules/web/b.nix",
);

test("a node stands behind all that lead to it", () => {
  assert.deepEqual(layers(4, [[0, 1], [1, 2], [0, 2], [2, 3]]), [0, 1, 2, 3]);
});

test("a loop is one step", () => {
  assert.deepEqual(layers(4, [[0, 1], [1, 2], [2, 1], [2, 3]]), [0, 1, 1, 2]);
  assert.deepEqual(layers(2, [[0, 0], [0, 1]]), [0, 1]);
});

test("a chain of any length is laid out", () => {
  const edges = Array.from({ length: 20000 }, (_, at): [number, number] => [at, at + 1]);
  assert.equal(layers(20001, edges)[20000], 20000);
});

test("folders are boxes around their modules, from what imports to what is imported", () => {
  const scene = layOut(TREE, measure);
  const group = (name: string) => scene.groups.find((it) => it.name === name)!;
  assert.ok(group("").x < group("modules/web").x);
  assert.ok(group("modules/web").x < group("modules/core").x);
  // What nothing is connected with comes last.
  assert.ok(group("modules/core").x < group("old").x);
  TREE.nodes.forEach(({ group: name }, at) => {
    const [outer, inner] = [group(name), scene.nodes[at]!];
    assert.ok(outer.x < inner.x && outer.y < inner.y);
    assert.ok(inner.x + inner.width < outer.x + outer.width);
    assert.ok(inner.y + inner.height < outer.y + outer.height);
  });
});

test("nothing overlaps, and all of it is inside of the picture", () => {
  const names = Array.from({ length: 300 }, (_, at) => `modules/m${at % 23}/file-${at}.nix`);
  const arrows = names.map((name) => `configuration.nix > ${name}`);
  const scene = layOut(picture(["configuration.nix", ...names], ...arrows), measure);
  for (const boxes of [scene.groups, scene.nodes]) {
    boxes.forEach((a, at) => {
      assert.ok(a.x >= 0 && a.y >= 0);
      assert.ok(a.x + a.width <= scene.width && a.y + a.height <= scene.height);
      for (const b of boxes.slice(at + 1)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        assert.ok(apart, `${a.label} overlaps ${b.label}`);
      }
    });
  }
  assert.ok(scene.width / scene.height < 4 && scene.height / scene.width < 4);
});

test("the same picture is always laid out the same", () => {
  assert.deepEqual(layOut(TREE, measure), layOut(TREE, measure));
});

test("a picture takes the form of its window", () => {
  const names = Array.from({ length: 200 }, (_, at) => `modules/m${at % 40}/file-${at}.nix`);
  const arrows = names.map((name) => `configuration.nix > ${name}`);
  const whole = picture(["configuration.nix", ...names], ...arrows);
  const form = (aspect: number): number => {
    const { width, height } = layOut(whole, measure, aspect);
    return width / height;
  };
  assert.ok(form(3) > form(0.8));
});

test("an empty picture has a size", () => {
  const scene = layOut(picture([]), measure);
  assert.deepEqual(scene.nodes, []);
  assert.ok(scene.width > 0 && scene.height > 0);
});

test("every arrow is drawn, also one that leads back to where it begins", () => {
  const scene = layOut(picture(["a.nix"], "a.nix ! a.nix"), measure);
  assert.match(scene.arrows[0] ?? "", /^M[\d.]+ [\d.]+ C/);
});

test("a node's name in its box leaves the box's out", () => {
  const node = { location: null, isRoot: false, unreached: false };
  assert.equal(label({ ...node, name: "modules/web/a.nix", group: "modules/web" }), "a.nix");
  assert.equal(label({ ...node, name: "hypervisor.web.port", group: "hypervisor.web" }), "port");
  assert.equal(label({ ...node, name: "hypervisor.vms", group: "hypervisor.vms" }), "hypervisor.vms");
  assert.equal(label({ ...node, name: "flake.nix", group: "" }), "flake.nix");
});

test("arrow keys lead to the nearest node on that side", () => {
  const box = (x: number, y: number) => ({ x, y, width: 10, height: 10 });
  const boxes = [box(0, 0), box(100, 0), box(40, 60), box(0, 50)];
  assert.equal(neighbour(boxes, 0, "right"), 1);
  assert.equal(neighbour(boxes, 0, "down"), 3);
  assert.equal(neighbour(boxes, 3, "up"), 0);
  assert.equal(neighbour(boxes, 0, "left"), undefined);
});

const ALL = { filter: "", focus: undefined, depth: 1, kinds: new Set(["import", "read"] as const) };

test("without a wish everything is shown", () => {
  const part = select(TREE, ALL);
  assert.equal(part.nodes.length, 5);
  assert.deepEqual(part.arrows, TREE.arrows);
  assert.equal(part.sought.size, 0);
});

test("a filter keeps what it names, and as many steps around it as are wanted", () => {
  const names = (depth: number) =>
    select(TREE, { ...ALL, filter: "CORE", depth }).nodes.map((node) => node.name);
  assert.deepEqual(names(0), ["modules/core/c.nix"]);
  assert.deepEqual(names(1), ["modules/web/a.nix", "modules/web/b.nix", "modules/core/c.nix"]);
  assert.equal(names(2).length, 4);
});

test("a filter that fits nothing leaves nothing", () => {
  assert.equal(select(TREE, { ...ALL, filter: "zzz" }).nodes.length, 0);
});

test("arrows of the part point at the part's own nodes", () => {
  const part = select(TREE, { ...ALL, focus: 3 });
  const ends = part.arrows.map(({ from, to }) => [part.nodes[from]?.name, part.nodes[to]?.name]);
  assert.deepEqual(ends, [
    ["modules/web/a.nix", "modules/core/c.nix"],
    ["modules/core/c.nix", "modules/web/b.nix"],
  ]);
  assert.deepEqual([...part.sought], [2]);
});

test("a kind of arrow that is left out is no neighbourhood; a cycle is never left out", () => {
  const imports = select(TREE, { ...ALL, focus: 3, kinds: new Set(["import"]) });
  assert.equal(imports.nodes.length, 2);
  const loop = picture(["a.nix", "b.nix"], "a.nix ! b.nix", "b.nix ! a.nix");
  assert.equal(select(loop, { ...ALL, kinds: new Set() }).arrows.length, 2);
});
