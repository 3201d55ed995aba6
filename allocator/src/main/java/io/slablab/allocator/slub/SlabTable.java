package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.PageAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Page frame to slab. Entries change only while the frames belong to the cache that makes or frees
 * the slab, so that plain accesses suffice: who holds an object got it from someone who saw them.
 */
final class SlabTable {
  private final Machine machine;
  private final @Nullable Slab[] slabOfFrame;
  private final @Nullable Slab[] descriptorOfFrame;

  SlabTable(Machine machine, int frames) {
    this.machine = machine;
    this.slabOfFrame = new Slab[frames];
    this.descriptorOfFrame = new Slab[frames];
  }

  /** The slab an object lies on, or null. */
  @Nullable Slab of(long address) {
    return slabOfFrame[(int) (address >>> PageAllocator.PAGE_SHIFT)];
  }

  /** The descriptor of a block of pages, made at its first use. */
  Slab claim(long address, int order) {
    int frame = (int) (address >>> PageAllocator.PAGE_SHIFT);
    Slab slab = descriptorOfFrame[frame];
    if (slab == null) {
      slab = new Slab(machine);
      descriptorOfFrame[frame] = slab;
    }
    for (int i = 0; i < 1 << order; i++) {
      slabOfFrame[frame + i] = slab;
    }
    return slab;
  }

  /**
   * The descriptor of a block that was claimed once, whatever it is used for now. Unlike {@link
   * #of} it never changes, so that a stale address still names the same descriptor.
   */
  @Nullable Slab descriptor(long address) {
    return descriptorOfFrame[(int) (address >>> PageAllocator.PAGE_SHIFT)];
  }

  /**
   * All slabs of a cache but those that await their end, by a walk over all frames: at rest only.
   */
  List<Slab> slabsOf(KmemCache cache) {
    return slabsOf(cache, Slab.Awaits.NOTHING);
  }

  /** The slabs of a cache that await something, or nothing: at rest only. */
  List<Slab> slabsOf(KmemCache cache, Slab.Awaits awaits) {
    List<Slab> slabs = new ArrayList<>();
    Slab last = null;
    for (Slab slab : slabOfFrame) {
      if (slab != null && slab != last && slab.cache == cache && slab.awaits == awaits) {
        slabs.add(slab);
        last = slab;
      }
    }
    return slabs;
  }

  void release(Slab slab) {
    int frame = (int) (slab.base >>> PageAllocator.PAGE_SHIFT);
    for (int i = 0; i < 1 << slab.order; i++) {
      slabOfFrame[frame + i] = null;
    }
  }
}
