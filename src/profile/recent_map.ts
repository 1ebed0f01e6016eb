// What was defined last under numbers that count up: what came before is forgotten, as nobody refers to it any more. In: numbers and
// values. Out: the values of the latest.

export class RecentMap<V> {
  readonly #values = new Map<number, V>();
  readonly #most: number;

  /** @param most so many, at least, are kept */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: number): V | undefined {
    return this.#values.get(key);
  }

  /** A number that is given again has its new value, and is the latest. */
  set(key: number, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size >= 2 * this.#most) this.#forget();
  }

  clear(): void {
    this.#values.clear();
  }

  #forget(): void {
    let left = this.#values.size - this.#most;
    for (const key of this.#values.keys()) {
      if (left-- === 0) return;
      this.#values.delete(key);
    }
  }
}
