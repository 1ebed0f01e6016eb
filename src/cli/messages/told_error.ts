// What a command can't do, for a reason that is a message.
import type { Message } from "./message.js";

export class ToldError extends Error {
  constructor(readonly told: Message) {
    super(told.text);
  }
}
