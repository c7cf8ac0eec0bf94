/**
 * The page of the graph: draws what the extension sends, and tells it what to open. It runs in a webview of
 * its own, without Node, without the network, and knows of VS Code no more than messages.
 */
import { type Box, type Scene, layOut, neighbour } from "../layout";
import type { Subject, ToExtension, ToPage } from "../messages";
import { type Arrow, type ArrowKind, type Part, type Picture, select } from "../picture";
import { details } from "./details";
import { Camera } from "./camera";
import { required, svg } from "./elements";

interface Kept {
  readonly filter: string;
  readonly depth: number;
  readonly hidden: readonly ArrowKind[];
  readonly focus: string | undefined;
}

interface Host {
  postMessage(message: ToExtension): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const canvas = required("#canvas", SVGSVGElement);
const stage = required("#stage", SVGGElement);
const filter = required("#filter", HTMLInputElement);
const depth = required("#depth", HTMLSelectElement);
const summary = required("#summary", HTMLElement);
const aside = required("#details", HTMLElement);
const everything = required("#everything", HTMLButtonElement);
const switches = new Map<ArrowKind, HTMLInputElement>([
  ["import", required("#imports", HTMLInputElement)],
  ["read", required("#reads", HTMLInputElement)],
]);
const subjects = new Map<Subject, HTMLButtonElement>([
  ["modules", required("#modules", HTMLButtonElement)],
  ["options", required("#options", HTMLButtonElement)],
]);

let picture: Picture = { nodes: [], arrows: [] };
let part: Part = select(picture, { filter: "", focus: undefined, depth: 0, kinds: new Set() });
let scene: Scene = layOut(part, () => 0);
let subject: Subject = "modules";
/** The node that is alone with its neighbours, by name: pictures change, names stay. */
let focus: string | undefined;
/** The node that is talked about, by name. */
let chosen: string | undefined;
const camera = new Camera(canvas, stage);

const pen = document.createElement("canvas").getContext("2d");
function measure(text: string): number {
  if (pen === null) {
    return text.length * 7;
  }
  pen.font = getComputedStyle(canvas).font;
  return pen.measureText(text).width;
}

function kinds(): Set<ArrowKind> {
  // Options only ever read each other; what is switched off for modules must not empty their picture.
  const shown = [...switches].filter(([, box]) => subject === "options" || box.checked);
  return new Set(shown.map(([kind]) => kind));
}

function draw(fit: boolean): void {
  const focused = picture.nodes.findIndex((node) => node.name === focus);
  part = select(picture, {
    filter: filter.value,
    focus: focused === -1 ? undefined : focused,
    depth: Number(depth.value),
    kinds: kinds(),
  });
  scene = layOut(part, measure, canvas.clientWidth / Math.max(1, canvas.clientHeight));
  host.setState({
    filter: filter.value,
    depth: Number(depth.value),
    hidden: [...switches].filter(([, box]) => !box.checked).map(([kind]) => kind),
    focus,
  });
  stage.replaceChildren(groupLayer(), arrowLayer(), nodeLayer());
  document.body.dataset["subject"] = subject;
  for (const [name, button] of subjects) {
    button.setAttribute("aria-pressed", String(name === subject));
  }
  everything.hidden = focus === undefined;
  summary.textContent = told();
  choose(part.nodes.some((node) => node.name === chosen) ? chosen : undefined);
  if (fit) {
    camera.begin(scene.width, scene.height, beginning());
  }
}

/** The box that the picture is read from: that of the first root, else the leftmost one. */
function beginning(): Box | undefined {
  const root = part.nodes.find((node) => node.isRoot && node.group === "");
  const own = scene.groups.find((group) => root !== undefined && group.name === root.group);
  return own ?? [...scene.groups].sort((a, b) => a.x - b.x)[0];
}

function told(): string {
  const shown = part.nodes.length;
  const all = picture.nodes.length;
  const cycles = part.arrows.filter((arrow) => arrow.inCycle).length;
  const noun = subject === "modules" ? "modules" : "options that depend on each other";
  const count = shown === all ? `${all} ${noun}` : `${shown} of ${all} ${noun}`;
  return cycles === 0 ? count : `${count} · ${cycles} ${cycles === 1 ? "arrow" : "arrows"} in cycles`;
}

function groupLayer(): SVGGElement {
  const layer = svg("g", { class: "groups" });
  for (const group of scene.groups) {
    const box = svg("g", { class: `group tint-${group.tint}` });
    const { x, y, width, height } = group;
    box.append(
      svg("rect", { x, y, width, height, rx: 8 }),
      svg("text", { x: x + 12, y: y + 19 }, group.label),
    );
    layer.append(box);
  }
  return layer;
}

function arrowLayer(): SVGGElement {
  const layer = svg("g", { class: "arrows" });
  // What is wrong is drawn last, over the rest.
  const order = [...part.arrows.keys()].sort((a, b) => weight(a) - weight(b));
  for (const index of order) {
    const arrow = part.arrows[index];
    const path = scene.arrows[index];
    if (arrow === undefined || path === undefined) {
      continue;
    }
    const kind = arrow.inCycle ? "cycle" : arrow.kind;
    const line = svg("g", { class: `arrow ${kind}`, "data-arrow": index });
    line.append(
      svg("path", { class: "touch", d: path }),
      svg("path", { class: "line", d: path, "marker-end": `url(#head-${kind})` }),
      svg("title", {}, inWords(arrow)),
    );
    line.addEventListener("click", (event) => openArrow(arrow, event.ctrlKey || event.metaKey));
    layer.append(line);
  }
  return layer;
}

function weight(index: number): number {
  const arrow = part.arrows[index];
  return arrow?.inCycle ? 2 : arrow?.kind === "import" ? 1 : 0;
}

function inWords({ from, to, kind, count, inCycle }: Arrow): string {
  const names = [part.nodes[from]?.name, part.nodes[to]?.name];
  const verb = kind === "import" ? "imports" : subject === "modules" ? "reads options of" : "needs";
  const times = count > 1 ? ` in ${count} places` : "";
  return `${names[0]} ${verb} ${names[1]}${times}${inCycle ? ", in a cycle" : ""}`;
}

function nodeLayer(): SVGGElement {
  const layer = svg("g", { class: "nodes" });
  const inCycle = new Set(
    part.arrows.filter((arrow) => arrow.inCycle).flatMap(({ from, to }) => [from, to]),
  );
  const first = part.nodes.findIndex((node) => node.name === chosen);
  scene.nodes.forEach((box, index) => {
    const node = part.nodes[index];
    if (node === undefined) {
      return;
    }
    const marks = [
      node.isRoot ? "root" : "",
      node.unreached ? "unreached" : "",
      inCycle.has(index) ? "in-cycle" : "",
      part.sought.has(index) ? "sought" : "",
    ];
    const { x, y, width, height } = box;
    const shape = svg("g", {
      class: `node tint-${box.tint} ${marks.join(" ")}`,
      tabindex: index === Math.max(0, first) ? 0 : -1,
      role: "button",
      "aria-label": `${node.name}${inCycle.has(index) ? ", in a cycle" : ""}`,
      "data-node": index,
      "data-name": node.name,
    });
    const text = svg("text", { x: x + 14, y: y + height / 2 + 4 }, box.label);
    shape.append(
      svg("rect", { class: "box", x, y, width, height, rx: 5 }),
      svg("rect", { class: "stripe", x: x + 4, y: y + 6, width: 3, height: height - 12, rx: 1.5 }),
      text,
      svg("title", {}, node.unreached ? `${node.name}\nNo root imports it.` : node.name),
    );
    shape.addEventListener("click", (event) => {
      choose(node.name);
      shape.focus({ preventScroll: true });
      open(index, event.ctrlKey || event.metaKey);
    });
    shape.addEventListener("dblclick", () => lookAt(node.name));
    shape.addEventListener("keydown", (event) => onNodeKey(event, index));
    shape.addEventListener("focus", () => choose(node.name));
    shape.addEventListener("mouseenter", () => highlight(index));
    shape.addEventListener("mouseleave", () => highlight(indexOf(chosen)));
    layer.append(shape);
  });
  return layer;
}

function indexOf(name: string | undefined): number {
  return part.nodes.findIndex((node) => node.name === name);
}

function open(index: number, beside: boolean): void {
  const location = part.nodes[index]?.location;
  if (location) {
    host.postMessage({ type: "open", location, beside });
  }
}

function openArrow({ location }: Arrow, beside: boolean): void {
  if (location !== null) {
    host.postMessage({ type: "open", location, beside });
  }
}

/** Shows a node alone with its neighbours, or everything again. */
function lookAt(name: string | undefined): void {
  focus = name;
  if (name !== undefined) {
    filter.value = "";
    chosen = name;
  }
  draw(true);
  nodeAt(indexOf(chosen))?.focus({ preventScroll: true });
}

function choose(name: string | undefined): void {
  chosen = name;
  const index = indexOf(name);
  for (const shape of stage.querySelectorAll<SVGGElement>(".node")) {
    const isIt = Number(shape.dataset["node"]) === index;
    shape.classList.toggle("chosen", isIt);
    if (index !== -1) {
      shape.setAttribute("tabindex", isIt ? "0" : "-1");
    }
  }
  highlight(index);
  aside.hidden = index === -1;
  if (index !== -1) {
    aside.replaceChildren(
      ...details(part, index, subject, {
        open: (location) => host.postMessage({ type: "open", location, beside: false }),
        lookAt,
        choose: (other) => {
          choose(other);
          const box = scene.nodes[indexOf(other)];
          if (box !== undefined) {
            camera.show(box);
          }
        },
      }),
    );
  }
}

/** A node, its arrows and their other ends stand out; -1: nothing does. */
function highlight(index: number): void {
  canvas.classList.toggle("dimmed", index !== -1);
  const near = new Set<number>([index]);
  for (const line of stage.querySelectorAll<SVGGElement>(".arrow")) {
    const arrow = part.arrows[Number(line.dataset["arrow"])];
    const touches = arrow !== undefined && (arrow.from === index || arrow.to === index);
    line.classList.toggle("near", touches);
    if (touches) {
      near.add(arrow.from);
      near.add(arrow.to);
    }
  }
  for (const shape of stage.querySelectorAll<SVGGElement>(".node")) {
    shape.classList.toggle("near", near.has(Number(shape.dataset["node"])));
  }
}

function nodeAt(index: number): SVGGElement | null {
  return stage.querySelector<SVGGElement>(`.node[data-node="${index}"]`);
}

function onNodeKey(event: KeyboardEvent, index: number): void {
  const directions = {
    ArrowLeft: "left",
    ArrowRight: "right",
    ArrowUp: "up",
    ArrowDown: "down",
  } as const;
  const direction = Object.entries(directions).find(([key]) => key === event.key)?.[1];
  if (direction !== undefined) {
    const next = neighbour(scene.nodes, index, direction);
    if (next !== undefined) {
      const box = scene.nodes[next];
      nodeAt(next)?.focus({ preventScroll: true });
      if (box !== undefined) {
        camera.show(box);
      }
    }
  } else if (event.key === "Enter" || event.key === " ") {
    open(index, event.ctrlKey || event.metaKey);
  } else if (event.key === "f") {
    lookAt(part.nodes[index]?.name);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target === filter;
  if (event.key === "Escape") {
    if (filter.value !== "" || focus !== undefined) {
      filter.value = "";
      lookAt(undefined);
    } else {
      choose(undefined);
    }
  } else if (typing && (event.key === "Enter" || event.key === "ArrowDown")) {
    const first = [...part.sought].sort((a, b) => a - b)[0] ?? 0;
    nodeAt(first)?.focus({ preventScroll: true });
  } else if (typing) {
    return;
  } else if (event.key === "/") {
    filter.focus();
    filter.select();
  } else if (event.key === "+" || event.key === "=") {
    camera.zoom(1.25);
  } else if (event.key === "-") {
    camera.zoom(0.8);
  } else if (event.key === "0") {
    camera.fit(scene.width, scene.height);
  } else {
    return;
  }
  event.preventDefault();
});

filter.addEventListener("input", () => {
  focus = undefined;
  draw(true);
});
depth.addEventListener("change", () => draw(true));
switches.forEach((box) => box.addEventListener("change", () => draw(false)));
everything.addEventListener("click", () => lookAt(undefined));
required("#fit", HTMLButtonElement).addEventListener("click", () =>
  camera.fit(scene.width, scene.height),
);
required("#closer", HTMLButtonElement).addEventListener("click", () => camera.zoom(1.25));
required("#farther", HTMLButtonElement).addEventListener("click", () => camera.zoom(0.8));
subjects.forEach((button, name) =>
  button.addEventListener("click", () => host.postMessage({ type: "subject", subject: name })),
);
canvas.addEventListener("click", (event) => {
  if (event.target === canvas && !camera.wasDragged) {
    choose(undefined);
  }
});

window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  const message = event.data;
  const isOther = subject !== message.subject;
  const isFirst = picture.nodes.length === 0;
  picture = message.picture;
  subject = message.subject;
  if (isOther) {
    focus = undefined;
    filter.value = "";
  }
  if (message.focus !== undefined) {
    focus = message.focus;
    chosen = message.focus;
  }
  draw(isFirst || isOther || message.focus !== undefined);
  document.body.dataset["ready"] = subject;
});

const kept = host.getState();
if (kept !== undefined) {
  filter.value = kept.filter;
  depth.value = String(kept.depth);
  focus = kept.focus;
  switches.forEach((box, kind) => (box.checked = !kept.hidden.includes(kind)));
}
host.postMessage({ type: "ready" });
