package io.slablab.allocator.debug;

import io.slablab.allocator.slub.SlabError;
import java.util.Locale;

/**
 * An error that the slab allocator's own checks found.
 *
 * @param error with all that is known
 */
public record SlubDebugReport(SlabError error) implements DebugReport {

  @Override
  public DebugFeature feature() {
    return DebugFeature.SLUB_DEBUG;
  }

  @Override
  public String cache() {
    return error.cache();
  }

  @Override
  public String kindName() {
    return switch (error) {
      case SlabError.BytesOverwritten bytes -> overwritten(bytes.region());
      case SlabError.AlreadyFree _ -> "object freed twice";
      case SlabError.InvalidPointer _ -> "invalid pointer";
      case SlabError.WrongCache _ -> "wrong cache";
      case SlabError.FreePointerCorrupt _ -> "free pointer corrupt";
      case SlabError.FreeChainCorrupt _ -> "freelist corrupt";
      case SlabError.WrongObjectCount _ -> "wrong object count";
      case SlabError.WrongListCount _ -> "wrong list count";
      case SlabError.ObjectsRemaining _ -> "objects remaining";
      case SlabError.CacheStillHasObjects _ -> "cache still has objects";
      case SlabError.ZeroOfConstructed _ -> "zero of constructed";
      case SlabError.Repaired _ -> "repaired";
    };
  }

  /** The kind of a region that somebody wrote to. */
  public static String overwritten(SlabError.Region region) {
    return region.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " overwritten";
  }

  @Override
  public String text() {
    return "SLUB: " + error.message();
  }
}
