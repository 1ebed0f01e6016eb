// A target of 1 MiB for specs: its memory is a region of Wasm memory, and filling is copying. In: bytes written at target
// addresses. Out: the ranges that were asked for, filled as far as they lie in the region.

import { REQUESTS } from "../../assembly/abi/memory";
import { Request } from "../../assembly/abi/records";
import { Layout } from "../../assembly/layouts/layout";
import { forgetRanges } from "../../assembly/remote/begin_attempt";
import { endOfFill, noteFill } from "../../assembly/remote/fills";
import { Requests } from "../../assembly/remote/requests";

/** Where the target's memory begins and how long it is. Nothing lies outside. */
export const BASE: u64 = 0x4000_0000;
export const SIZE: u32 = 1 << 20;
const REGION: usize = heap.alloc(SIZE);

/** Pointer to the byte at a target address. */
export function at(address: u64): usize {
  return REGION + ((address - BASE) as usize);
}

/** Empty the target, and forget whatever was asked of it. */
export function newTarget(): void {
  memory.fill(REGION, 0, SIZE);
  forgetRanges();
}

export function putWord(address: u64, value: u64): void {
  if (Layout.wordSize == 8) store<u64>(at(address), value);
  else store<u32>(at(address), value as u32);
}

export function put32(address: u64, value: u32): void {
  store<u32>(at(address), value);
}

export function put8(address: u64, value: u32): void {
  store<u8>(at(address), value as u8);
}

export function requestNumber(index: u32): Request {
  return changetype<Request>(REQUESTS + index * offsetof<Request>());
}

/** Fill what is wanted, as a memory source does. Returns how many ranges that was. */
export function fill(): u32 {
  const first = Requests.filled;
  while (Requests.filled < Requests.count) fillNext();
  return Requests.count - first;
}

function fillNext(): void {
  const end = endOfFill();
  for (let i = Requests.filled; i < end; i++) {
    const request = requestNumber(i);
    const address = request.address;
    const inside = address >= BASE && address < BASE + (SIZE as u64);
    const there: u64 = inside ? BASE + (SIZE as u64) - address : 0;
    request.copied = min<u64>(there, request.length as u64) as u32;
    if (inside) memory.copy(request.destination as usize, at(address), request.copied);
  }
  noteFill();
}
