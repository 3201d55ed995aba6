package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Memory of any size: a general cache for each size class up to 8 KiB, the page allocator above.
 *
 * <p>With {@link SlabFlags#STORE_USER} a general cache keeps the size that was asked for, so that a
 * write behind it is told though it lies in the object, and {@link #realloc} knows what to copy.
 *
 * <p>Threads: each call by the holder of the CPU passed.
 */
public final class Kmalloc {
  /** What no bytes have for an address: not 0, which is a failure, and on page 0, nobody's. */
  public static final long ZERO_SIZE = 16;

  /** Most bytes of one piece. */
  public static final int MAX_BYTES = CacheGeometry.MAX_SIZE;

  private static final int[] SIZES = {
    8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192
  };

  /** Most bytes that come from a cache; larger pieces are whole pages. */
  static final int MAX_CACHE_BYTES = 8192;

  private final Slub slub;
  private final PageAllocator pages;
  private final Memory memory;
  private final KmemCache[] normal = new KmemCache[SIZES.length];
  private final KmemCache[] reclaimable = new KmemCache[SIZES.length];

  /**
   * Page order + 1 of each large piece, at its first frame; else 0. An entry changes only while its
   * piece is the caller's, who hands it on by whatever hands on the address.
   */
  private final byte[] largeOrders;

  /** Makes the caches; one per machine is enough. */
  public Kmalloc(Cpu cpu, Slub slub) {
    this.slub = slub;
    this.pages = slub.pages();
    this.memory = slub.memory();
    this.largeOrders = new byte[pages.pageFrames()];
    for (int i = 0; i < SIZES.length; i++) {
      normal[i] = create(cpu, "kmalloc-", SIZES[i], 0);
      reclaimable[i] = create(cpu, "kmalloc-rcl-", SIZES[i], SlabFlags.RECLAIM_ACCOUNT);
    }
  }

  /** Powers of two are aligned to their size, as their users expect. All of it may be copied. */
  private KmemCache create(Cpu cpu, String prefix, int bytes, int flags) {
    String name = prefix + (bytes < 1024 ? String.valueOf(bytes) : bytes / 1024 + "k");
    int align = Integer.bitCount(bytes) == 1 ? bytes : 0;
    return slub.create(
        cpu,
        name,
        bytes,
        KmemCacheArgs.NONE
            .withAlign(align)
            .withFlags(flags | SlabFlags.KMALLOC)
            .withUsersize(bytes));
  }

  /**
   * The cache that a size comes from.
   *
   * @param bytes 1 .. 8192
   * @param gfp {@link Gfp#RECLAIMABLE} decides which kind
   */
  public KmemCache cacheOf(int bytes, int gfp) {
    return ((gfp & Gfp.RECLAIMABLE) != 0 ? reclaimable : normal)[sizeClass(bytes)];
  }

  private static int sizeClass(int bytes) {
    int i = 0;
    while (SIZES[i] < bytes) {
      i++;
    }
    return i;
  }

  /**
   * @param bytes 0 .. 4 MiB
   * @return address, {@link #ZERO_SIZE} for no bytes, or 0 when there is no memory
   * @throws IllegalArgumentException when nothing is that large
   */
  public long alloc(Cpu cpu, int bytes, int gfp) {
    return allocNode(cpu, bytes, gfp, PageAllocator.NUMA_NO_NODE);
  }

  /**
   * The same on a node.
   *
   * @param node wanted node, or {@link PageAllocator#NUMA_NO_NODE}
   */
  public long allocNode(Cpu cpu, int bytes, int gfp, int node) {
    if (bytes < 0 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("bytes must lie in 0..4 MiB: bytes=" + bytes);
    }
    if (bytes == 0) {
      return ZERO_SIZE;
    }
    return bytes > MAX_CACHE_BYTES
        ? allocLarge(cpu, bytes, gfp, node)
        : cacheOf(bytes, gfp).allocRequested(cpu, gfp, node, bytes);
  }

  private long allocLarge(Cpu cpu, int bytes, int gfp, int node) {
    int order = CacheGeometry.orderOf(bytes);
    long address = pages.alloc(cpu, order, gfp | Gfp.COMP, node);
    if (address != 0) {
      largeOrders[frame(address)] = (byte) (order + 1);
    }
    return address;
  }

  private static int frame(long address) {
    return (int) (address >>> PageAllocator.PAGE_SHIFT);
  }

  /**
   * Gives a piece back; nothing for 0 and {@link #ZERO_SIZE}. An object of any cache will do.
   *
   * @throws IllegalArgumentException when the address is nothing that was handed out
   */
  public void free(Cpu cpu, long address) {
    if (address == 0 || address == ZERO_SIZE) {
      return;
    }
    KmemCache cache = slub.cacheOf(address);
    if (cache != null) {
      cache.free(cpu, address);
      return;
    }
    int order = largeOrder(address);
    largeOrders[frame(address)] = 0;
    pages.free(cpu, address, order);
  }

  /**
   * Gives n pieces back, of whatever caches; the kernel's kfree_bulk. Objects of one slab that
   * stand close together in the array go in one step.
   *
   * @param addresses as for {@link #free}; 0 afterwards
   */
  public void freeBulk(Cpu cpu, int n, long[] addresses) {
    cpu.charge(Cost.SLUB_BULK, n);
    int left = n;
    while (left > 0) {
      long last = addresses[left - 1];
      KmemCache cache = last == ZERO_SIZE ? null : slub.cacheOf(last);
      if (cache == null || cache.freesOneByOne()) {
        free(cpu, last);
        left--;
        addresses[left] = 0;
      } else {
        left = BulkFree.lastSlab(cache, cpu, left, addresses);
      }
    }
  }

  private int largeOrder(long address) {
    int order = largeOrders[frame(address)] - 1;
    if (order < 0 || address % PageAllocator.PAGE_BYTES != 0) {
      throw new IllegalArgumentException(
          "nothing was handed out there: address=0x" + Long.toHexString(address));
    }
    return order;
  }

  /** Bytes the user may use; 0 for 0 and {@link #ZERO_SIZE}. */
  public int usableBytes(long address) {
    if (address == 0 || address == ZERO_SIZE) {
      return 0;
    }
    KmemCache cache = slub.cacheOf(address);
    return cache == null
        ? PageAllocator.PAGE_BYTES << largeOrder(address)
        : cache.geometry().objectSize();
  }

  /**
   * Makes a piece larger or smaller, in place while it fits.
   *
   * <p>With {@link Gfp#ZERO} all bytes behind the old ones are zero, provided that every call for
   * this piece says so: where the old size is not kept, what a smaller size leaves over is zeroed
   * at once instead.
   *
   * @param address of a piece or of an object of any cache; 0 and {@link #ZERO_SIZE} allocate
   * @return the new address; {@link #ZERO_SIZE} for no bytes, the old piece is freed; 0 when there
   *     is no memory, the old piece stays
   */
  public long realloc(Cpu cpu, long address, int bytes, int gfp) {
    if (bytes == 0) {
      free(cpu, address);
      return ZERO_SIZE;
    }
    if (bytes > usableBytes(address)) {
      return move(cpu, address, bytes, gfp);
    }
    resize(cpu, slub.cacheOf(address), address, bytes, gfp);
    return address;
  }

  private void resize(Cpu cpu, @Nullable KmemCache cache, long address, int bytes, int gfp) {
    int old = cache == null ? usableBytes(address) : cache.requested(address);
    if (slub.zeroesOnAlloc(gfp)) {
      if (old < bytes) {
        memory.fill(address + old, bytes - old, (byte) 0);
      } else {
        memory.fill(address + bytes, usableBytes(address) - bytes, (byte) 0);
      }
    }
    if (cache != null) {
      cache.request(cpu, address, bytes);
    }
  }

  private long move(Cpu cpu, long address, int bytes, int gfp) {
    long moved = alloc(cpu, bytes, gfp);
    if (moved == 0 || address == 0 || address == ZERO_SIZE) {
      return moved;
    }
    KmemCache cache = slub.cacheOf(address);
    memory.copy(address, moved, cache == null ? usableBytes(address) : cache.requested(address));
    free(cpu, address);
    return moved;
  }
}
