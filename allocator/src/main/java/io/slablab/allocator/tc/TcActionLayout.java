package io.slablab.allocator.tc;

/**
 * Offsets of the common head of every action; x86-64 sizes.
 *
 * <pre>
 *   0 ops, idrinfo, index, refcnt, bindcnt, action
 *  32 timestamps (4)
 *  64 bstats, bstats_hw (16 each), qstats (20)
 * 120 rate_est, lock
 * 136 user_cookie, goto_chain, flags, hw_count
 * 168 ctor fields: cpu_bstats, cpu_bstats_hw, cpu_qstats
 * 192 what the kind adds
 * </pre>
 */
final class TcActionLayout {
  static final int OPS = 0;
  static final int IDRINFO = 8;
  static final int INDEX = 16;
  static final int REFCNT = 20;
  static final int BINDCNT = 24;
  static final int ACTION = 28;
  static final int INSTALLED = 32;
  static final int LAST_USED = 40;
  static final int BSTATS = 64;
  static final int QSTATS = 96;
  static final int RATE_EST = 120;
  static final int LOCK = 128;
  static final int COOKIE = 136;
  static final int GOTO_CHAIN = 144;
  static final int FLAGS = 152;
  static final int IN_HW_COUNT = 160;
  static final int CTOR_FIELDS = 168;
  static final int CPU_BSTATS = 168;
  static final int CPU_BSTATS_HW = 176;
  static final int CPU_QSTATS = 184;
  static final int HEAD_BYTES = 192;

  /** {bytes u64, packets u64}. */
  static final int BSTATS_BYTES = 16;

  /** {qlen, backlog, drops, requeues, overlimits}, u32 each. */
  static final int QSTATS_BYTES = 20;

  static final int QSTATS_ALIGN = 4;
  static final int PACKETS = 8;
  static final int DROPS = 8;

  private TcActionLayout() {}
}
