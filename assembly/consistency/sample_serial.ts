// The number of the sample under way: what is noted of a thread with it is of this very sample.

export class SampleSerial {
  static value: u32 = 0;
}

/** A sample begins. */
export function nextSampleSerial(): void {
  SampleSerial.value++;
}
