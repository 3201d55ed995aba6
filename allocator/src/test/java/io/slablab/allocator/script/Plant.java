package io.slablab.allocator.script;

/** A bug that a test puts into its world, to see that scripts find it and shrink to it. */
enum Plant {
  NONE,

  /** A user on CPU 1 writes into its object after it gave it back. */
  WRITE_AFTER_FREE,

  /** The fortieth destructor call forgets the object's area. */
  FORGETFUL_DESTRUCTOR
}
