package io.slablab.agent.topology;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A set of CPU numbers, written as the kernel writes lists: {@code 0-2,4,6-7}, empty for none.
 * Immutable and sorted; two lists of the same CPUs are equal however they were spelled.
 */
public final class CpuList {
  /**
   * Far above any kernel's NR_CPUS (8192): a guard against a typing error that would fill memory.
   */
  private static final int MAX_CPU = 1 << 20;

  private static final CpuList EMPTY = new CpuList(new BitSet());

  private final BitSet cpus;

  private CpuList(BitSet cpus) {
    this.cpus = cpus;
  }

  public static CpuList empty() {
    return EMPTY;
  }

  public static CpuList of(int... cpus) {
    return of(IntStream.of(cpus));
  }

  public static CpuList of(IntStream cpus) {
    BitSet set = new BitSet();
    cpus.forEach(set::set);
    return new CpuList(set);
  }

  /**
   * Reads the kernel's list format; blanks around it are ignored, {@code (null)} is empty as some
   * kernels print it.
   *
   * @throws IllegalArgumentException with the piece that is not a CPU or a range
   */
  @JsonCreator
  public static CpuList parse(String text) {
    String list = text.strip();
    if (list.isEmpty() || list.equals("(null)")) {
      return EMPTY;
    }
    BitSet set = new BitSet();
    for (String piece : list.split(",", -1)) {
      addRange(set, piece.strip());
    }
    return new CpuList(set);
  }

  private static void addRange(BitSet set, String piece) {
    int dash = piece.indexOf('-');
    int first = number(dash < 0 ? piece : piece.substring(0, dash), piece);
    int last = dash < 0 ? first : number(piece.substring(dash + 1), piece);
    if (last < first) {
      throw new IllegalArgumentException("'" + piece + "' is not a range of CPUs: write 0-3");
    }
    set.set(first, last + 1);
  }

  private static int number(String digits, String piece) {
    try {
      int cpu = Integer.parseInt(digits);
      if (cpu >= 0 && cpu <= MAX_CPU && Character.isDigit(digits.charAt(0))) {
        return cpu;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IllegalArgumentException("'" + piece + "' is not a CPU or a range: write 0-3,8");
  }

  public boolean contains(int cpu) {
    return cpus.get(cpu);
  }

  public int size() {
    return cpus.cardinality();
  }

  public boolean isEmpty() {
    return cpus.isEmpty();
  }

  /**
   * @throws IllegalStateException when the list is empty
   */
  public int first() {
    if (cpus.isEmpty()) {
      throw new IllegalStateException("the first of no CPUs was asked for");
    }
    return cpus.nextSetBit(0);
  }

  public IntStream stream() {
    return cpus.stream();
  }

  /** In ascending order. */
  public List<Integer> toList() {
    return cpus.stream().boxed().toList();
  }

  public boolean intersects(CpuList other) {
    return cpus.intersects(other.cpus);
  }

  public boolean containsAll(CpuList other) {
    return other.minus(this).isEmpty();
  }

  public CpuList and(CpuList other) {
    BitSet set = (BitSet) cpus.clone();
    set.and(other.cpus);
    return new CpuList(set);
  }

  public CpuList or(CpuList other) {
    BitSet set = (BitSet) cpus.clone();
    set.or(other.cpus);
    return new CpuList(set);
  }

  public CpuList minus(CpuList other) {
    BitSet set = (BitSet) cpus.clone();
    set.andNot(other.cpus);
    return new CpuList(set);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CpuList list && list.cpus.equals(cpus);
  }

  @Override
  public int hashCode() {
    return cpus.hashCode();
  }

  /** The kernel's list format; empty for no CPUs. */
  @Override
  @JsonValue
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int first = cpus.nextSetBit(0); first >= 0; ) {
      int end = cpus.nextClearBit(first);
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (end - first > 1) {
        text.append('-').append(end - 1);
      }
      first = cpus.nextSetBit(end);
    }
    return text.toString();
  }
}
