package io.slablab.allocator.slub;

import org.jspecify.annotations.Nullable;

/**
 * What a cache may have beside name and size.
 *
 * @param align least alignment in bytes, a power of two, or 0
 * @param flags of {@link SlabFlags}
 * @param usersize bytes of the user-copy window; a cache that has one never becomes an alias
 * @param ctor constructor, or null
 * @param dtor destructor, or null
 */
public record KmemCacheArgs(
    int align, int flags, int usersize, @Nullable Constructor ctor, @Nullable Destructor dtor) {

  public static final KmemCacheArgs NONE = new KmemCacheArgs(0, 0, 0, null, null);

  public KmemCacheArgs withAlign(int bytes) {
    return new KmemCacheArgs(bytes, flags, usersize, ctor, dtor);
  }

  public KmemCacheArgs withFlags(int more) {
    return new KmemCacheArgs(align, flags | more, usersize, ctor, dtor);
  }

  public KmemCacheArgs withUsersize(int bytes) {
    return new KmemCacheArgs(align, flags, bytes, ctor, dtor);
  }

  public KmemCacheArgs withCtor(Constructor constructor) {
    return new KmemCacheArgs(align, flags, usersize, constructor, dtor);
  }

  public KmemCacheArgs withDtor(Destructor destructor) {
    return new KmemCacheArgs(align, flags, usersize, ctor, destructor);
  }

  boolean hasLifeCycle() {
    return ctor != null || dtor != null;
  }
}
