//! Does a compiled law agree with the law, and does it draw from it?
