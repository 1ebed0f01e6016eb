// A stack's way through a tree. In: stacks, one after the other, and how a node's child is found. Out: the node of each. What a stack has in
// common with the one before is not looked up again.
import type { Frame } from "../model/frame.js";

export class StackPath<Node> {
  #frames: readonly Frame[] = [];
  /** One more than frames: the root comes first. */
  readonly #nodes: Node[];

  constructor(root: Node) {
    this.#nodes = [root];
  }

  /** The stack that was asked for last. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** The node of a stack, the root's of an empty one. @param child the node below `parent` for a frame */
  to(frames: readonly Frame[], child: (parent: Node, frame: Frame) => Node): Node {
    const nodes = this.#nodes;
    if (frames !== this.#frames) {
      let depth = 0;
      while (depth < frames.length && frames[depth] === this.#frames[depth]) depth++;
      nodes.length = depth + 1;
      for (; depth < frames.length; depth++) nodes.push(child(nodes[depth] as Node, frames[depth] as Frame));
      this.#frames = frames;
    }
    return nodes[nodes.length - 1] as Node;
  }
}
