package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheGeometryTest {
  private static final SlubConfig CONFIG = SlubConfig.defaults(MemoryMode.META);

  @ParameterizedTest
  @CsvSource({
    "8,4,0,512,5,120,1", "8,24,0,512,5,120,1", "8,192,0,512,5,120,1",
    "64,4,0,64,5,120,4", "64,24,0,64,5,120,4", "64,192,0,64,5,120,4",
    "128,4,0,32,5,120,8", "128,24,0,32,5,120,8", "128,192,1,64,5,120,4",
    "192,4,0,21,5,120,12", "192,24,1,42,5,120,6", "192,192,1,42,5,120,6",
    "256,4,0,16,5,52,7", "256,24,1,32,5,52,4", "256,192,2,64,5,52,2",
    "320,4,1,25,5,52,5", "320,24,1,25,5,52,5", "320,192,2,51,5,52,3",
    "512,4,1,16,5,52,7", "512,24,2,32,5,52,4", "512,192,3,64,5,52,2",
    "704,4,2,23,5,52,5", "704,24,3,46,5,52,3", "704,192,3,46,5,52,3",
    "1024,4,2,16,5,24,3", "1024,24,3,32,5,24,2", "1024,192,3,32,5,24,2",
    "1408,4,3,23,5,24,3", "1408,24,3,23,5,24,3", "1408,192,3,23,5,24,3",
    "1472,4,3,22,5,24,3", "1472,24,3,22,5,24,3", "1472,192,3,22,5,24,3",
    "4096,4,3,8,6,6,2", "4096,24,3,8,6,6,2", "4096,192,3,8,6,6,2",
    "8192,4,3,4,6,6,3", "8192,24,3,4,6,6,3", "8192,192,3,4,6,6,3"
  })
  void sizesMatchTheReference(
      int size, int cpus, int order, int objects, int minPartial, int cpuPartial, int slabs) {
    CacheGeometry geometry = CacheGeometry.of(size, KmemCacheArgs.NONE, CONFIG, cpus);
    assertThat(geometry.size()).isEqualTo(size);
    assertThat(geometry.order()).isEqualTo(order);
    assertThat(geometry.objects()).isEqualTo(objects);
    assertThat(geometry.minPartial()).isEqualTo(minPartial);
    assertThat(geometry.cpuPartial()).isEqualTo(cpuPartial);
    assertThat(geometry.cpuPartialSlabs()).isEqualTo(slabs);
  }

  @Test
  void theFreePointerLiesInTheMiddleOrOutsideForConstructedObjects() {
    assertThat(CacheGeometry.of(256, KmemCacheArgs.NONE, CONFIG, 4).offset()).isEqualTo(128);
    KmemCacheArgs ctor = KmemCacheArgs.NONE.withCtor((_, _, _) -> 0);
    assertThat(CacheGeometry.of(256, ctor, CONFIG, 4).offset()).isEqualTo(256);
    CacheGeometry mm = CacheGeometry.of(1408, ctor.withFlags(SlabFlags.HWCACHE_ALIGN), CONFIG, 24);
    assertThat(mm.size()).isEqualTo(1472);
    assertThat(mm.objects()).isEqualTo(22);
  }

  @ParameterizedTest
  @CsvSource({"20,32", "8,8", "16,16", "33,64", "100,128"})
  void cacheLineAlignmentHalvesForSmallObjects(int size, int stride) {
    KmemCacheArgs args = KmemCacheArgs.NONE.withFlags(SlabFlags.HWCACHE_ALIGN);
    assertThat(CacheGeometry.of(size, args, CONFIG, 4).size()).isEqualTo(stride);
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> CacheGeometry.of(0, KmemCacheArgs.NONE, CONFIG, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CacheGeometry.of((4 << 20) + 1, KmemCacheArgs.NONE, CONFIG, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aGivenFreePointerKeepsAConstructedObjectsSize() {
    KmemCacheArgs ctor = KmemCacheArgs.NONE.withCtor((_, _, _) -> 0);
    CacheGeometry geometry = CacheGeometry.of(256, ctor.withFreeptrOffset(248), CONFIG, 4);
    assertThat(geometry.offset()).isEqualTo(248);
    assertThat(geometry.size()).isEqualTo(256);
    assertThatThrownBy(() -> CacheGeometry.of(256, ctor.withFreeptrOffset(256), CONFIG, 4))
        .hasMessageContaining("must lie in a constructed object");
    KmemCacheArgs plain = KmemCacheArgs.NONE.withFreeptrOffset(8);
    assertThatThrownBy(() -> CacheGeometry.of(256, plain, CONFIG, 4))
        .hasMessageContaining("must lie in a constructed object");
  }

  @Test
  void aUserWindowOutsideTheObjectIsNone() {
    KmemCacheArgs window = KmemCacheArgs.NONE.withUseroffset(8).withUsersize(64);
    assertThat(window.forObjectSize(72)).isEqualTo(window);
    assertThat(window.forObjectSize(71).usersize()).isZero();
  }

  @Test
  void theLeastOrderOfLargeObjects() {
    CacheGeometry geometry = CacheGeometry.of(8192, KmemCacheArgs.NONE, CONFIG, 4);
    assertThat(geometry.minOrder()).isEqualTo(1);
    assertThat(geometry.minOrderObjects()).isEqualTo(1);
    assertThat(CacheGeometry.of(4 << 20, KmemCacheArgs.NONE, CONFIG, 4).order()).isEqualTo(10);
  }

  /**
   * By hand from the rules: object, red zone, free pointer, two tracks, size, zones of both sides.
   */
  @ParameterizedTest(name = "{0} bytes {1}")
  @CsvSource({
    // size, letters, align, constructed, stride, inuse, free pointer, left zone, metadata
    "64,Z,0,false,88,72,32,8,72",
    "61,Z,0,false,80,64,24,8,64",
    "4,Z,0,false,32,8,8,8,16",
    "64,P,0,false,72,64,64,0,72",
    "64,F,0,false,64,64,32,0,64",
    "64,T,0,false,64,64,32,0,64",
    "64,U,0,false,128,64,32,0,128",
    "64,ZP,0,false,96,72,72,8,80",
    "64,FZPU,0,false,160,72,72,8,144",
    "1408,FZPU,64,true,1600,1416,1416,64,1488",
    "1408,F,64,true,1472,1408,1408,0,1416"
  })
  void debugMetadataLiesBehindAndBeforeTheObject(
      int size,
      String letters,
      int align,
      boolean constructed,
      int stride,
      int inuse,
      int offset,
      int redLeftPad,
      int metadata) {
    KmemCacheArgs plain = KmemCacheArgs.NONE.withAlign(align);
    KmemCacheArgs args =
        (constructed ? plain.withCtor((_, _, _) -> 0) : plain)
            .withFlags(DebugOptions.parse(letters).rest());
    CacheGeometry geometry = CacheGeometry.of(size, args, CONFIG, 4);
    assertThat(geometry.size()).isEqualTo(stride);
    assertThat(geometry.inuse()).isEqualTo(inuse);
    assertThat(geometry.offset()).isEqualTo(offset);
    assertThat(geometry.redLeftPad()).isEqualTo(redLeftPad);
    assertThat(geometry.metadata()).isEqualTo(metadata);
    assertThat(geometry.cpuPartial()).isZero();
  }

  @Test
  void aRequestedSizeIsKeptBehindTheTracks() {
    int flags = SlabFlags.KMALLOC | SlabFlags.STORE_USER | SlabFlags.RED_ZONE;
    KmemCacheArgs args = KmemCacheArgs.NONE.withFlags(flags).withAlign(64);
    CacheGeometry geometry = CacheGeometry.of(64, args, CONFIG, 4);
    assertThat(geometry.offset()).as("outside, for the zone in the object").isEqualTo(72);
    DebugLayout layout = DebugLayout.of(geometry, args);
    assertThat(layout.tracks()).isEqualTo(80);
    assertThat(layout.requestedSize()).isEqualTo(144);
    assertThat(layout.padding()).isEqualTo(152);
    assertThat(geometry.redLeftPad()).isEqualTo(64);
    assertThat(geometry.size()).isEqualTo(256);
  }
}
