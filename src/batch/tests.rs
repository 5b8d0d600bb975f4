//! Does a batch hold what it promises: the same bits through interruptions and shards, shares that add up?
