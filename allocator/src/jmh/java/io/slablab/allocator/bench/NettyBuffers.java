package io.slablab.allocator.bench;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/** Netty's allocators at their best: with caches for all threads, not only its own. */
public enum NettyBuffers {
  POOLED(
      new PooledByteBufAllocator(
          true,
          PooledByteBufAllocator.defaultNumHeapArena(),
          PooledByteBufAllocator.defaultNumDirectArena(),
          PooledByteBufAllocator.defaultPageSize(),
          PooledByteBufAllocator.defaultMaxOrder(),
          PooledByteBufAllocator.defaultSmallCacheSize(),
          PooledByteBufAllocator.defaultNormalCacheSize(),
          true)),
  ADAPTIVE(new AdaptiveByteBufAllocator(true, true));

  final ByteBufAllocator buffers;

  NettyBuffers(ByteBufAllocator buffers) {
    this.buffers = buffers;
  }
}
