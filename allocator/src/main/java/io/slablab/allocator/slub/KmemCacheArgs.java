package io.slablab.allocator.slub;

import org.jspecify.annotations.Nullable;

/**
 * What a cache may have beside name and size.
 *
 * @param align least alignment in bytes, a power of two, or 0
 * @param flags of {@link SlabFlags}
 * @param useroffset start of the user-copy window in the object
 * @param usersize bytes of the user-copy window; a cache that has one never becomes an alias
 * @param freeptrOffset where the free pointer of an object lies whose bytes stay when it is free: a
 *     field that neither constructor, destructor nor reader use; or {@link #NO_OFFSET} for behind
 *     the object
 * @param ctor constructor, or null
 * @param dtor destructor, or null
 * @param batch constructor and destructor of whole slabs, instead of {@code ctor} and {@code dtor};
 *     or null
 * @param deferred how destruction waits for a worker, or null to destruct where a slab got empty
 * @param watch what features that watch the objects are told, and need
 */
public record KmemCacheArgs(
    int align,
    int flags,
    int useroffset,
    int usersize,
    int freeptrOffset,
    @Nullable Constructor ctor,
    @Nullable Destructor dtor,
    @Nullable SlabLifeCycle batch,
    @Nullable DeferredDtor deferred,
    WatchArgs watch) {

  public static final int NO_OFFSET = -1;

  public static final KmemCacheArgs NONE =
      new KmemCacheArgs(0, 0, 0, 0, NO_OFFSET, null, null, null, null, WatchArgs.NONE);

  public KmemCacheArgs {
    if (align < 0 || Integer.bitCount(align) > 1) {
      throw new IllegalArgumentException("align must be a power of two or 0: align=" + align);
    }
    if (freeptrOffset != NO_OFFSET && (freeptrOffset < 0 || freeptrOffset % Long.BYTES != 0)) {
      throw new IllegalArgumentException(
          "freeptrOffset must be a multiple of 8: freeptrOffset=" + freeptrOffset);
    }
    if (batch != null && (ctor != null || dtor != null)) {
      throw new IllegalArgumentException("batch stands for ctor and dtor: give one kind");
    }
  }

  public KmemCacheArgs withAlign(int bytes) {
    return new KmemCacheArgs(
        bytes, flags, useroffset, usersize, freeptrOffset, ctor, dtor, batch, deferred, watch);
  }

  public KmemCacheArgs withFlags(int more) {
    return new KmemCacheArgs(
        align,
        flags | more,
        useroffset,
        usersize,
        freeptrOffset,
        ctor,
        dtor,
        batch,
        deferred,
        watch);
  }

  public KmemCacheArgs withUseroffset(int offset) {
    return new KmemCacheArgs(
        align, flags, offset, usersize, freeptrOffset, ctor, dtor, batch, deferred, watch);
  }

  public KmemCacheArgs withUsersize(int bytes) {
    return new KmemCacheArgs(
        align, flags, useroffset, bytes, freeptrOffset, ctor, dtor, batch, deferred, watch);
  }

  public KmemCacheArgs withFreeptrOffset(int offset) {
    return new KmemCacheArgs(
        align, flags, useroffset, usersize, offset, ctor, dtor, batch, deferred, watch);
  }

  public KmemCacheArgs withCtor(Constructor constructor) {
    return new KmemCacheArgs(
        align,
        flags,
        useroffset,
        usersize,
        freeptrOffset,
        constructor,
        dtor,
        batch,
        deferred,
        watch);
  }

  public KmemCacheArgs withDtor(Destructor destructor) {
    return new KmemCacheArgs(
        align,
        flags,
        useroffset,
        usersize,
        freeptrOffset,
        ctor,
        destructor,
        batch,
        deferred,
        watch);
  }

  public KmemCacheArgs withBatch(SlabLifeCycle lifeCycle) {
    return new KmemCacheArgs(
        align, flags, useroffset, usersize, freeptrOffset, ctor, dtor, lifeCycle, deferred, watch);
  }

  /** Slabs are destructed by a worker, so that destructors may take any lock and sleep. */
  public KmemCacheArgs withDeferredDtor(DeferredDtor policy) {
    return new KmemCacheArgs(
        align, flags, useroffset, usersize, freeptrOffset, ctor, dtor, batch, policy, watch);
  }

  public KmemCacheArgs withWatch(WatchArgs wanted) {
    return new KmemCacheArgs(
        align, flags, useroffset, usersize, freeptrOffset, ctor, dtor, batch, deferred, wanted);
  }

  /**
   * A user-copy window that does not lie in the object is none, as in the kernel.
   *
   * @throws IllegalArgumentException when the persistent range does not lie in the object, or
   *     nothing constructs it
   */
  KmemCacheArgs forObjectSize(int objectSize) {
    PersistentRange range = watch.persistent();
    if (range != null && (range.end() > objectSize || !hasLifeCycle())) {
      throw new IllegalArgumentException(
          "a persistent range lies in a constructed object: end="
              + range.end()
              + " size="
              + objectSize);
    }
    boolean lies = useroffset >= 0 && usersize > 0 && useroffset <= objectSize - usersize;
    return lies ? this : withUseroffset(0).withUsersize(0);
  }

  /** Whether objects are destructed when their slab ends. */
  public boolean destructs() {
    return dtor != null || batch != null;
  }

  /** Whether readers may look at free objects, so that slabs end a grace period later. */
  public boolean typesafeByRcu() {
    return (flags & SlabFlags.TYPESAFE_BY_RCU) != 0;
  }

  /** Whether a free object's bytes stay as its user left them. */
  boolean keepsBytes() {
    return hasLifeCycle() || typesafeByRcu();
  }

  /** Whether a free object is constructed: its bytes mean something. */
  public boolean hasLifeCycle() {
    return ctor != null || dtor != null || batch != null;
  }
}
