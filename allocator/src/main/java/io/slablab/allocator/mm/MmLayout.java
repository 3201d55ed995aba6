package io.slablab.allocator.mm;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.pool.ObjectType.Form;
import io.slablab.allocator.slub.PersistentRange;

/**
 * Offsets of the fields of a mm_struct that the model touches; x86-64 sizes.
 *
 * <pre>
 * RAW                                     CONSTRUCTED
 *   0  mm_count, alone on its line          0  the same
 *  64  head                                64  the same; a padding word stands for pcpu_cid
 * 168  mmap_lock                          168  the same line as before
 * 400  saved_auxv                         400  the same
 * 816  rss_stat (4 x 40)                  816  rest
 * 976  rest                              1144  ctor fields: rss_stat (4 x 40), pcpu_cid
 * 1312 cpu masks (3)                     1312  cpu masks (3)
 * </pre>
 *
 * Zeroing a new object in form CONSTRUCTED stops at {@link #ctorFields}; the masks behind it are
 * set in every life. The whole is 1408 bytes with up to 256 CPUs.
 */
final class MmLayout {
  static final int COUNT = 0;
  static final int PGD = 104;
  static final int USERS = 116;
  static final int NR_CPUS_ALLOWED = 136;
  static final int MAX_NR_CID = 140;
  static final int CPUS_ALLOWED_LOCK = 144;
  static final int PGTABLES_BYTES = 152;
  static final int MAP_COUNT = 160;
  static final int PAGE_TABLE_LOCK = 164;
  static final int MMAP_LOCK = 168;
  static final int MMLIST = 208;
  static final int SAVED_AUXV = 400;
  static final int SAVED_AUXV_BYTES = 416;

  /** What a fork copies: the plain fields behind the head, saved_auxv the last of them. */
  static final int INHERITED = MMLIST + 16;

  static final int INHERITED_BYTES = SAVED_AUXV + SAVED_AUXV_BYTES - INHERITED;
  static final int RSS_BYTES = MmStruct.RSS_COUNTERS * PercpuCounters.BYTES;

  private static final int HEAD_CID = 120;
  private static final int HEAD_RSS = SAVED_AUXV + SAVED_AUXV_BYTES;
  private static final int CTOR_FIELDS = 1144;
  private static final int MASKS = 1312;
  private static final int MASK_COUNT = 3;
  private static final int MODEL_BYTES = 1408;
  private static final int LINE_BYTES = 64;
  private static final int REST_FUTEX_REF = 0;
  private static final int REST_CID_MUTEX_WAITERS = 16;
  private static final int REST_CID_WORK_ENTRY = 72;
  private static final int REST_ASYNC_PUT = 96;
  private static final int REST_FLAGS = 136;
  private static final int REST_MAPPED = 160;
  private static final int REST_OWN = REST_MAPPED + MmStruct.RSS_COUNTERS * Long.BYTES;

  /** End of what a new life zeroes. */
  final int ctorFields;

  final int pcpuCid;
  final int rssStat;

  /** v7.0: the area of a process with threads; 0 without. */
  final int futexRef;

  /** v7.0: list head in the mutex of the concurrency ids. */
  final int cidMutexWaiters;

  /** v7.0: list head in the work that gives concurrency ids back. */
  final int cidWorkEntry;

  /** The next mm whose last reference was left to a worker. */
  final int asyncPut;

  final int flags;

  /** Pages mapped, one long per counter: stands for the page tables. */
  final int mapped;

  /** Form PARTITIONED: what the CPU that began the life counted, one long per counter. */
  final int ownRss;

  /** Form PARTITIONED: the CPU that began the life. */
  final int owner;

  final int masks;
  final int maskBytes;
  final int bytes;

  MmLayout(Form form, int possibleCpus) {
    boolean raw = !form.constructed();
    rssStat = raw ? HEAD_RSS : CTOR_FIELDS;
    pcpuCid = raw ? HEAD_CID : CTOR_FIELDS + RSS_BYTES;
    int rest = raw ? HEAD_RSS + RSS_BYTES : HEAD_RSS;
    futexRef = rest + REST_FUTEX_REF;
    cidMutexWaiters = rest + REST_CID_MUTEX_WAITERS;
    cidWorkEntry = rest + REST_CID_WORK_ENTRY;
    asyncPut = rest + REST_ASYNC_PUT;
    flags = rest + REST_FLAGS;
    mapped = rest + REST_MAPPED;
    ownRss = rest + REST_OWN;
    owner = ownRss + MmStruct.RSS_COUNTERS * Long.BYTES;
    masks = MASKS;
    maskBytes = Long.BYTES * ((possibleCpus + Long.SIZE - 1) / Long.SIZE);
    int used = masks + MASK_COUNT * maskBytes;
    bytes = Math.max(MODEL_BYTES, (used + LINE_BYTES - 1) & -LINE_BYTES);
    ctorFields = raw ? bytes : CTOR_FIELDS;
  }

  /** The constructor's fields: neighbours in the list of counters write to those of a free mm. */
  PersistentRange persistent() {
    return new PersistentRange(rssStat, RSS_BYTES);
  }

  /** The mask of CPUs that run this mm, the CPUs it may run on, and the concurrency ids in use. */
  int mask(int which) {
    return masks + which * maskBytes;
  }
}
