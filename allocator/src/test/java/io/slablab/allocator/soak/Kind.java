package io.slablab.allocator.soak;

import io.slablab.allocator.machine.Cpu;

/** A source of objects that all workers use, and a place in each object for a stamp. */
interface Kind {

  /** An object, or 0 when there is no memory. */
  long alloc(Cpu cpu);

  void free(Cpu cpu, long object);

  /** Writes a stamp into an object that is the caller's. */
  void stamp(long object, long stamp);

  /** The stamp in an object. */
  long stampOf(long object);

  /** Gives back what it keeps for later. */
  void shrink(Cpu cpu);

  /** Ends it; nobody uses it any more. */
  void close(Cpu cpu);
}
