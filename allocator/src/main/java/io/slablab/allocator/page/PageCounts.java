package io.slablab.allocator.page;

/** What one CPU did; written by the holder of its token alone. */
final class PageCounts {
  long allocs;
  long frees;
  long failures;
  long stalls;
}
