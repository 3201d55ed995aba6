package io.slablab.allocator.slub;

import org.jspecify.annotations.Nullable;

/**
 * What features that watch the objects of a cache are told about it, and what they need.
 *
 * @param persistent what others may use of a free constructed object, or null for nothing
 * @param links where an object is on lists with others that are not its own, or null for nowhere
 * @param metadataBytes behind each object, for what a {@link HookSource} keeps about it
 */
public record WatchArgs(
    @Nullable PersistentRange persistent, @Nullable PersistentRange links, int metadataBytes) {
  public static final WatchArgs NONE = new WatchArgs(null, null, 0);

  /** Others may use this part of an object that is free but constructed. */
  public WatchArgs withPersistent(@Nullable PersistentRange range) {
    return new WatchArgs(range, links, metadataBytes);
  }

  /** This part of an object refers to neighbours on a list. */
  public WatchArgs withLinks(@Nullable PersistentRange range) {
    return new WatchArgs(persistent, range, metadataBytes);
  }

  /** So many bytes more behind each object. */
  public WatchArgs withMoreMetadata(int bytes) {
    return new WatchArgs(persistent, links, metadataBytes + bytes);
  }
}
