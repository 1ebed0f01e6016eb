// What putting a layout into force came to. Not negative: a layout is in force. Negative: none is.

export const LAYOUT_OK: i32 = 0;
/** The debug offsets are sound, but of a minor version newer than the tables: read as the newest known one's. */
export const LAYOUT_UNKNOWN_MINOR: i32 = 1;
/** No table for this version or word size. */
export const LAYOUT_UNSUPPORTED: i32 = -1;
/** Fewer bytes than the version's debug offsets have. */
export const LAYOUT_TOO_SHORT: i32 = -2;
/** The bytes don't begin with the cookie of debug offsets. */
export const LAYOUT_BAD_COOKIE: i32 = -3;
/** An offset or a size that no CPython has. */
export const LAYOUT_IMPLAUSIBLE: i32 = -4;
