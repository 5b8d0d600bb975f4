//! How is a law drawn from in a few nanoseconds?
