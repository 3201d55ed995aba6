package io.slablab.allocator.slub;

import java.util.List;

/**
 * What became of a cache.
 *
 * @param destroyed whether it is gone and all its pages are back; false also when aliases keep it
 * @param objectsRemaining objects still in users' hands; their slabs leak
 * @param errors what is wrong, as the kernel would report it; empty when nothing is
 */
public record DestroyResult(boolean destroyed, long objectsRemaining, List<SlabError> errors) {
  static final DestroyResult DONE = new DestroyResult(true, 0, List.of());
  static final DestroyResult KEPT_BY_ALIASES = new DestroyResult(false, 0, List.of());

  public DestroyResult {
    errors = List.copyOf(errors);
  }
}
