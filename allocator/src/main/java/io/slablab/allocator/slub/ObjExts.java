package io.slablab.allocator.slub;

import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.memcg.ObjCgroup;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who pays for each object of a slab; the kernel's obj_exts. It stays with the slab's descriptor.
 * An entry belongs to whoever has the object.
 *
 * <p>A payer is left in place when its object is freed and written only when another one comes: the
 * same objects go round among the same payers, and a reference that is stored marks a card of the
 * heap that other CPUs mark too.
 */
final class ObjExts {
  /**
   * Unused entries at both ends, as the heap may put the arrays of two CPUs' slabs side by side.
   */
  private static final int PAD = LinePad.PAD_LONGS;

  private static final int PAD_BYTES = PAD * Long.BYTES;

  private final @Nullable ObjCgroup[] payers;
  private final byte[] charged;

  ObjExts(int objects) {
    this.payers = new ObjCgroup[PAD + objects + PAD];
    this.charged = new byte[PAD_BYTES + objects + PAD_BYTES];
  }

  int objects() {
    return charged.length - 2 * PAD_BYTES;
  }

  void charged(int index, ObjCgroup payer) {
    if (payers[PAD + index] != payer) {
      payers[PAD + index] = payer;
    }
    charged[PAD_BYTES + index] = 1;
  }

  /** Who is charged for an object, from now on nobody; null when nobody was. */
  @Nullable ObjCgroup uncharge(int index) {
    if (charged[PAD_BYTES + index] == 0) {
      return null;
    }
    charged[PAD_BYTES + index] = 0;
    return payers[PAD + index];
  }

  /** Objects that somebody pays for; at rest. */
  int chargedObjects() {
    int count = 0;
    for (byte entry : charged) {
      count += entry;
    }
    return count;
  }

  /** For another slab in the same place. */
  void reset() {
    Arrays.fill(charged, (byte) 0);
  }
}
