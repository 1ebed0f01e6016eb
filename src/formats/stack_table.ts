// All stacks of a profile as one tree. In: a parent and a frame's number. Out: the node's number. Memory goes with the stacks
// that differ, some 16 bytes a node; a child's number is above its parent's.

/** The node of the empty stack. */
export const ROOT = 0;

const FIRST_ROOM = 1024;
const NONE = -1;

export class StackTable {
  /** Nodes, the root included. */
  length = 1;
  #parents = new Int32Array(FIRST_ROOM);
  #frames = new Int32Array(FIRST_ROOM).fill(NONE);
  #depths = new Int32Array(FIRST_ROOM);
  /** Node numbers by hash of parent and frame, half empty at least; 0 is free, for nobody looks for the root. */
  #slots = new Int32Array(2 * FIRST_ROOM);

  /** The node of `parent`'s stack with the frame on it. */
  child(parent: number, frame: number): number {
    const mask = this.#slots.length - 1;
    let at = hash(parent, frame) & mask;
    for (;;) {
      const node = this.#slots[at] as number;
      if (node === 0) break;
      if (this.#parents[node] === parent && this.#frames[node] === frame) return node;
      at = (at + 1) & mask;
    }
    const node = this.length++;
    this.#slots[at] = node;
    this.#parents[node] = parent;
    this.#frames[node] = frame;
    this.#depths[node] = (this.#depths[parent] as number) + 1;
    if (this.length === this.#parents.length) this.#grow();
    return node;
  }

  parentOf(node: number): number {
    return this.#parents[node] as number;
  }

  /** The number of the node's frame; -1 for the root. */
  frameOf(node: number): number {
    return this.#frames[node] as number;
  }

  /** Frames of the node's stack. */
  depthOf(node: number): number {
    return this.#depths[node] as number;
  }

  /** Frame numbers of the node's stack, root first. */
  pathOf(node: number): number[] {
    const path = new Array<number>(this.depthOf(node));
    for (let at = path.length - 1, one = node; at >= 0; at--, one = this.parentOf(one)) path[at] = this.frameOf(one);
    return path;
  }

  #grow(): void {
    const room = 2 * this.#parents.length;
    this.#parents = grown(this.#parents, room);
    this.#frames = grown(this.#frames, room);
    this.#depths = grown(this.#depths, room);
    this.#slots = new Int32Array(2 * room);
    const mask = this.#slots.length - 1;
    for (let node = 1; node < this.length; node++) {
      let at = hash(this.parentOf(node), this.frameOf(node)) & mask;
      while (this.#slots[at] !== 0) at = (at + 1) & mask;
      this.#slots[at] = node;
    }
  }
}

function hash(parent: number, frame: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function grown(array: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(room);
  larger.set(array);
  return larger;
}
