package io.slablab.allocator.lockdep;

/** How a lock is held. */
public enum LockMode {
  EXCLUSIVE,

  /** Shared; a waiting writer keeps further readers out. */
  READ,

  /** Shared; readers never wait for a waiting writer. */
  RECURSIVE_READ
}
