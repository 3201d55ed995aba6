package io.slablab.allocator.slub;

/**
 * Where the debug metadata of an object lies, in bytes from the object's start; an end is the first
 * byte behind.
 *
 * <pre>
 *   [red zone][object][red zone or padding][free pointer][tracks][requested size][features][padding]
 *             0       objectSize            inuse         tracks  requestedSize   metadata  padding  end
 * </pre>
 *
 * @param tracks of the allocation, then of the free; {@link Tracks#BYTES} each
 * @param requestedSize what the user of a general cache asked for
 * @param padding what is left behind all metadata
 * @param end where the next object's left red zone starts
 */
record DebugLayout(int tracks, int requestedSize, int padding, int end) {
  private static final int WORD = 8;
  private static final int REQUESTED_SIZE_BYTES = 8; // 4 and their alignment

  static DebugLayout of(CacheGeometry geometry, KmemCacheArgs args) {
    int inuse = geometry.inuse();
    int tracks = geometry.offset() >= inuse ? inuse + WORD : inuse;
    return new DebugLayout(
        tracks,
        tracks + 2 * Tracks.BYTES,
        geometry.metadata() + args.watch().metadataBytes(),
        geometry.size() - geometry.redLeftPad());
  }

  static boolean keepsRequestedSize(int flags) {
    int both = SlabFlags.KMALLOC | SlabFlags.STORE_USER;
    return (flags & both) == both;
  }

  /** Bytes of tracks and requested size. */
  static int trackBytes(int flags) {
    if ((flags & SlabFlags.STORE_USER) == 0) {
      return 0;
    }
    return 2 * Tracks.BYTES + (keepsRequestedSize(flags) ? REQUESTED_SIZE_BYTES : 0);
  }
}
