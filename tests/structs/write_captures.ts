// Writes the captures that are kept beside this, anew. In: headers of 3.13 to 3.15, as .ci/run brings them.
//   npm run structs:captures
import { writeCaptures } from "./capture.js";

await writeCaptures();
