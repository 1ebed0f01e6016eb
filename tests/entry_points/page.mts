// The same of a page: what "austin-ts" is there.
import { AustinError, type FunctionTime, hottestFunctions, readMojo, sampleStream } from "austin-ts";

export async function hottest(file: Uint8Array): Promise<readonly FunctionTime[] | string> {
  try {
    return await hottestFunctions(file.length === 0 ? sampleStream([]) : readMojo(file), 3);
  } catch (error) {
    if (error instanceof AustinError) return error.kind;
    throw error;
  }
}
