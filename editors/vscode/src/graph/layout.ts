/**
 * Where everything of a picture goes: groups are boxes in columns, from what leads to what is led to, and in
 * each box stand its nodes. The same picture always gives the same places. Lengths are CSS pixels.
 */
import { layers } from "./layers";
import type { Arrow, Picture, PictureNode } from "./picture";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GroupBox extends Box {
  readonly name: string;
  readonly label: string;
  /** Which of {@link TINTS} colours. */
  readonly tint: number;
}

export interface NodeBox extends Box {
  readonly label: string;
  readonly tint: number;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly GroupBox[];
  /** One for each node, in the picture's order. */
  readonly nodes: readonly NodeBox[];
  /** One SVG path for each arrow, in the picture's order. */
  readonly arrows: readonly string[];
}

export const TINTS = 6;

const NODE_HEIGHT = 26;
const NODE_GAP = 8;
const NODE_PADDING = 24;
/** How much wider than another a text is that is drawn bold. */
const BOLD = 1.12;
const NODE_WIDTH = { min: 84, max: 300 };
const GROUP_PADDING = 12;
const GROUP_HEADER = 30;
const GROUP_GAP = 26;
const LAYER_GAP = 84;
const COLUMN_GAP = 40;
const MARGIN = 40;
/** So many nodes stand in one column in any case. */
const MIN_ROWS = 6;
/** What a box's height is to its width, where it has many nodes. */
const BOX_ASPECT = 1.2;
/** How tall a column may be, in parts of what would make the picture a square: all are tried. */
const HEIGHTS = [0.5, 0.7, 0.85, 1, 1.2, 1.4, 1.7];
/** Passes that bring boxes near those that they are connected with; more change next to nothing. */
const SWEEPS = 6;

interface Group {
  readonly name: string;
  readonly members: number[];
  layer: number;
  width: number;
  height: number;
  columns: number;
  nodeWidth: number;
  x: number;
  y: number;
}

/** `measure`: the width of a text as it will be drawn; `aspect`: the width of the window in heights. */
export function layOut(
  picture: Picture,
  measure: (text: string) => number,
  aspect = 1.6,
): Scene {
  const groups = groupsOf(picture);
  const groupOf = new Map<number, Group>();
  for (const group of groups) {
    group.members.forEach((member) => groupOf.set(member, group));
    size(group, picture, measure);
  }
  const links = linksBetween(groups, groupOf, picture.arrows);
  assignLayers(groups, links);
  const { width, height } = placeBest(groups, links, aspect);

  const tints = new Map([...groups].sort(byName).map((group, at) => [group, at % TINTS]));
  const nodes = new Array<NodeBox>(picture.nodes.length);
  for (const group of groups) {
    const rows = Math.ceil(group.members.length / group.columns);
    group.members.forEach((member, at) => {
      const node = picture.nodes[member];
      if (node !== undefined) {
        const column = Math.floor(at / rows);
        nodes[member] = {
          x: group.x + GROUP_PADDING + column * (group.nodeWidth + NODE_GAP),
          y: group.y + GROUP_HEADER + (at % rows) * (NODE_HEIGHT + NODE_GAP),
          width: group.nodeWidth,
          height: NODE_HEIGHT,
          label: label(node),
          tint: tints.get(group) ?? 0,
        };
      }
    });
  }
  return {
    width,
    height,
    groups: groups.map(({ name, x, y, width, height, members }) => ({
      name,
      label: `${name === "" ? "/" : name}  ${members.length}`,
      x,
      y,
      width,
      height,
      tint: tints.get(groupOf.get(members[0] ?? -1) ?? groups[0]!) ?? 0,
    })),
    nodes,
    arrows: picture.arrows.map(({ from, to }) => curve(nodes[from], nodes[to])),
  };
}

/** A node's name within its group. */
export function label({ name, group }: PictureNode): string {
  const rest = name.slice(group.length);
  return group !== "" && name.startsWith(group) && /^[/.]/.test(rest) ? rest.slice(1) : name;
}

/** The node that an arrow key leads to from another one. */
export function neighbour(
  boxes: readonly Box[],
  from: number,
  direction: "left" | "right" | "up" | "down",
): number | undefined {
  const here = boxes[from];
  if (here === undefined) {
    return undefined;
  }
  const sideways = direction === "left" || direction === "right";
  const sign = direction === "right" || direction === "down" ? 1 : -1;
  let best: { at: number; distance: number } | undefined;
  boxes.forEach((box, at) => {
    const dx = box.x + box.width / 2 - here.x - here.width / 2;
    const dy = box.y + box.height / 2 - here.y - here.height / 2;
    const along = sign * (sideways ? dx : dy);
    const across = Math.abs(sideways ? dy : dx);
    if (at !== from && along > 1) {
      const distance = along + 2.5 * across;
      if (best === undefined || distance < best.distance) {
        best = { at, distance };
      }
    }
  });
  return best?.at;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function groupsOf(picture: Picture): Group[] {
  const groups = new Map<string, Group>();
  picture.nodes.forEach((node, index) => {
    const group = groups.get(node.group) ?? {
      name: node.group,
      members: [],
      layer: 0,
      width: 0,
      height: 0,
      columns: 1,
      nodeWidth: 0,
      x: 0,
      y: 0,
    };
    groups.set(node.group, group);
    group.members.push(index);
  });
  const rank = (index: number): number => (picture.nodes[index]?.isRoot ? 0 : 1);
  const name = (index: number): string => picture.nodes[index]?.name ?? "";
  for (const group of groups.values()) {
    group.members.sort(
      (a, b) => rank(a) - rank(b) || byName({ name: name(a) }, { name: name(b) }),
    );
  }
  return [...groups.values()].sort(byName);
}

function size(group: Group, picture: Picture, measure: (text: string) => number): void {
  const widths = group.members.map((member) => {
    const node = picture.nodes[member];
    return node === undefined ? 0 : measure(label(node)) * (node.isRoot ? BOLD : 1) + NODE_PADDING;
  });
  const widest = Math.max(...widths, NODE_WIDTH.min);
  group.nodeWidth = Math.ceil(Math.min(widest, NODE_WIDTH.max));
  const area = group.members.length * (group.nodeWidth + NODE_GAP) * (NODE_HEIGHT + NODE_GAP);
  const height = Math.sqrt(area * BOX_ASPECT);
  const rowsWanted = Math.max(MIN_ROWS, Math.ceil(height / (NODE_HEIGHT + NODE_GAP)));
  group.columns = Math.max(1, Math.ceil(group.members.length / rowsWanted));
  const rows = Math.ceil(group.members.length / group.columns);
  const nodes = group.columns * (group.nodeWidth + NODE_GAP) - NODE_GAP;
  const header = measure(`${group.name}  ${group.members.length}`) * BOLD;
  group.width = Math.ceil(Math.max(nodes, header) + 2 * GROUP_PADDING);
  group.height = GROUP_HEADER + rows * (NODE_HEIGHT + NODE_GAP) - NODE_GAP + GROUP_PADDING;
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly imports: boolean;
}

function linksBetween(
  groups: readonly Group[],
  groupOf: ReadonlyMap<number, Group>,
  arrows: readonly Arrow[],
): Link[] {
  const index = new Map(groups.map((group, at) => [group, at]));
  const at = (node: number): number => index.get(groupOf.get(node) ?? groups[0]!) ?? 0;
  return arrows
    .map((arrow) => ({
      from: at(arrow.from),
      to: at(arrow.to),
      imports: arrow.kind === "import",
    }))
    .filter(({ from, to }) => from !== to);
}

function assignLayers(groups: readonly Group[], links: readonly Link[]): void {
  // Imports say how a tree is put together; what modules read goes criss-cross.
  const imports = links.filter((link) => link.imports);
  const deciding = imports.length > 0 ? imports : links;
  const edges = deciding.map(({ from, to }): [number, number] => [from, to]);
  const found = layers(groups.length, edges);
  const deepest = Math.max(0, ...found);
  const connected = new Set(deciding.flatMap(({ from, to }) => [from, to]));
  groups.forEach((group, at) => {
    // What nothing leads to would stand beside the roots, and is none.
    group.layer = connected.has(at) || deciding.length === 0 ? (found[at] ?? 0) : deepest + 1;
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Places the groups so that they fill a window of this form best. */
function placeBest(groups: Group[], links: readonly Link[], aspect: number): Size {
  const area = groups.reduce(
    (sum, group) => sum + (group.width + LAYER_GAP) * (group.height + GROUP_GAP),
    0,
  );
  const tallest = Math.max(0, ...groups.map((group) => group.height));
  const limits = HEIGHTS.map((part) => Math.max(tallest, Math.sqrt(area) * part));
  /** The side of a window of that form, in heights, that all of it fits into. */
  const need = ({ width, height }: Size): number => Math.max(width / aspect, height);
  let best = limits[0] ?? tallest;
  let least = Infinity;
  for (const limit of limits) {
    const needed = need(place(groups, links, limit));
    if (needed < least) {
      [best, least] = [limit, needed];
    }
  }
  return place(groups, links, best);
}

/** `limit`: how tall a column may be. */
function place(groups: Group[], links: readonly Link[], limit: number): Size {
  const order = new Map(groups.map((group, at) => [group, at]));
  const byLayer = new Map<number, Group[]>();
  for (const group of groups) {
    byLayer.set(group.layer, [...(byLayer.get(group.layer) ?? []), group]);
  }
  const sorted = [...byLayer.keys()].sort((a, b) => a - b);

  const centre = new Map<number, number>();
  let size = { width: 0, height: 0 };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    let x = MARGIN;
    let bottom = MARGIN;
    const columns: Group[][] = [];
    for (const layer of sorted) {
      for (const column of split(byLayer.get(layer) ?? [], limit)) {
        columns.push(column);
        column.forEach((group) => (group.x = x));
        x += Math.max(...column.map((group) => group.width)) + COLUMN_GAP;
      }
      x += LAYER_GAP - COLUMN_GAP;
    }
    const heights = columns.map(
      (column) => column.reduce((sum, group) => sum + group.height + GROUP_GAP, -GROUP_GAP),
    );
    const full = Math.max(0, ...heights);
    columns.forEach((column, at) => {
      let y = MARGIN + (full - (heights[at] ?? 0)) / 2;
      for (const group of column) {
        group.y = y;
        y += group.height + GROUP_GAP;
      }
      bottom = Math.max(bottom, y - GROUP_GAP);
    });
    groups.forEach((group, at) => centre.set(at, group.y + group.height / 2));
    size = { width: Math.max(x - LAYER_GAP, MARGIN) + MARGIN, height: bottom + MARGIN };
    for (const members of byLayer.values()) {
      const wish = new Map(
        members.map((group) => [group, pull(order.get(group) ?? 0, links, centre)]),
      );
      members.sort(
        (a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || byName(a, b),
      );
    }
  }
  return size;
}

/** The mean height of what a group is connected with; its own where it stands alone. */
function pull(group: number, links: readonly Link[], centre: ReadonlyMap<number, number>): number {
  const heights = links.flatMap(({ from, to }) => {
    const other = from === group ? to : to === group ? from : undefined;
    return other === undefined ? [] : [centre.get(other) ?? 0];
  });
  return heights.length === 0
    ? (centre.get(group) ?? 0)
    : heights.reduce((sum, height) => sum + height, 0) / heights.length;
}

/** A layer in columns none of which is much taller than the picture is to be. */
function split(groups: readonly Group[], limit: number): Group[][] {
  const columns: Group[][] = [];
  let height = Infinity;
  for (const group of groups) {
    if (height + group.height > limit) {
      columns.push([]);
      height = 0;
    }
    columns[columns.length - 1]?.push(group);
    height += group.height + GROUP_GAP;
  }
  return columns;
}

function curve(from: Box | undefined, to: Box | undefined): string {
  if (from === undefined || to === undefined) {
    return "";
  }
  const round = (value: number): number => Math.round(value * 10) / 10;
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  if (from === to) {
    const { x, y } = start;
    return `M${round(x)} ${round(y - 6)} C${round(x + 34)} ${round(y - 22)} ${round(x + 34)} ${round(y + 22)} ${round(x)} ${round(y + 6)}`;
  }
  let bend: number;
  let [first, second] = [1, -1];
  if (end.x >= start.x) {
    bend = Math.max(30, (end.x - start.x) / 2);
  } else if (to.x + to.width <= from.x) {
    start.x = from.x;
    end.x = to.x + to.width;
    bend = Math.max(30, (start.x - end.x) / 2);
    [first, second] = [-1, 1];
  } else {
    // One above the other: around the right side of both.
    end.x = to.x + to.width;
    bend = Math.min(90, 26 + Math.abs(end.y - start.y) * 0.12);
    [first, second] = [1, 1];
  }
  const a = round(start.x + first * bend);
  const b = round(end.x + second * bend);
  return `M${round(start.x)} ${round(start.y)} C${a} ${round(start.y)} ${b} ${round(end.y)} ${round(end.x)} ${round(end.y)}`;
}
