/** Modules or options, and what leads from one to another, as the server tells it. */
import type { Location } from "vscode-languageclient/node";

export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly arrows: readonly Arrow[];
}

export interface PictureNode {
  /** A module's path below the root, or an option's path. */
  readonly name: string;
  /** What it is drawn with: a folder, empty for the root; or an option's topic. */
  readonly group: string;
  readonly location: Location | null;
  readonly isRoot: boolean;
  readonly unreached: boolean;
}

export type ArrowKind = "import" | "read";

export interface Arrow {
  /** Which of the nodes. */
  readonly from: number;
  readonly to: number;
  readonly kind: ArrowKind;
  readonly location: Location | null;
  /** How many places there are; `location` is the first. */
  readonly count: number;
  /** Part of a loop that Nix refuses. */
  readonly inCycle: boolean;
}

/** What of a picture is looked at. */
export interface Selection {
  /** Part of a name, in any case; empty: every name. */
  readonly filter: string;
  /** One node that is to be seen with its neighbours. */
  readonly focus: number | undefined;
  /** How many arrows away from what was asked for a node may be. */
  readonly depth: number;
  readonly kinds: ReadonlySet<ArrowKind>;
}

/** The part of a picture that a selection leaves, its arrows pointing at the nodes that are left. */
export interface Part extends Picture {
  /** For each node which one it is in the whole picture. */
  readonly indices: readonly number[];
  /** The nodes that were asked for, as indices into the part; empty if everything was. */
  readonly sought: ReadonlySet<number>;
}

export function select(picture: Picture, selection: Selection): Part {
  const arrows = picture.arrows.filter((arrow) => arrow.inCycle || selection.kinds.has(arrow.kind));
  const filter = selection.filter.trim().toLowerCase();
  const asked = new Set<number>();
  if (selection.focus !== undefined && selection.focus < picture.nodes.length) {
    asked.add(selection.focus);
  } else if (filter !== "") {
    picture.nodes.forEach((node, index) => {
      if (node.name.toLowerCase().includes(filter)) {
        asked.add(index);
      }
    });
  }
  const all = selection.focus === undefined && filter === "";
  const kept = all
    ? new Set(picture.nodes.keys())
    : neighbourhood(asked, arrows, selection.depth);
  const indices = [...kept].sort((a, b) => a - b);
  const inPart = new Map(indices.map((index, at) => [index, at]));
  const at = (index: number): number => inPart.get(index) ?? -1;
  return {
    nodes: indices.flatMap((index) => picture.nodes[index] ?? []),
    arrows: arrows
      .filter((arrow) => kept.has(arrow.from) && kept.has(arrow.to))
      .map((arrow) => ({ ...arrow, from: at(arrow.from), to: at(arrow.to) })),
    indices,
    sought: new Set([...asked].map(at)),
  };
}

/** The nodes that at most so many arrows, in either direction, lead to. */
function neighbourhood(
  seeds: ReadonlySet<number>,
  arrows: readonly Arrow[],
  depth: number,
): Set<number> {
  const reached = new Set(seeds);
  let edge = reached;
  for (let step = 0; step < depth; step += 1) {
    const next = new Set<number>();
    for (const { from, to } of arrows) {
      if (edge.has(from) && !reached.has(to)) {
        next.add(to);
      }
      if (edge.has(to) && !reached.has(from)) {
        next.add(from);
      }
    }
    next.forEach((index) => reached.add(index));
    edge = next;
  }
  return reached;
}
