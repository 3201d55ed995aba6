package io.slablab.agent.placement;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few calls of the C library that binding needs. Each returns the call's result, or minus the
 * errno; never throws for what the kernel answers. Any thread.
 */
final class Libc {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

  private static final MethodHandle SETAFFINITY = affinity("sched_setaffinity");
  private static final MethodHandle GETAFFINITY = affinity("sched_getaffinity");
  private static final MethodHandle GETCPU =
      handle("sched_getcpu", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETRUSAGE =
      handle("getrusage", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS), CAPTURE);
  private static final MethodHandle SYSCALL_SET_MEMPOLICY =
      handle(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          CAPTURE);
  private static final MethodHandle SYSCALL_GET_MEMPOLICY =
      handle(
          "syscall",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          CAPTURE);

  private static final boolean AARCH64 = System.getProperty("os.arch", "").equals("aarch64");
  private static final long NR_SET_MEMPOLICY = AARCH64 ? 237 : 238;
  private static final long NR_GET_MEMPOLICY = AARCH64 ? 236 : 239;

  private Libc() {}

  private static MethodHandle affinity(String name) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), CAPTURE);
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }

  /** Sets the affinity mask of a thread; tid 0 is the caller. */
  static int setAffinity(int tid, MemorySegment mask) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return result((int) SETAFFINITY.invokeExact(state, tid, mask.byteSize(), mask), state);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Reads the affinity mask of a thread; tid 0 is the caller. */
  static int getAffinity(int tid, MemorySegment mask) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return result((int) GETAFFINITY.invokeExact(state, tid, mask.byteSize(), mask), state);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** The CPU that runs the caller at this moment. */
  static int currentCpu() {
    try {
      return (int) GETCPU.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static int getrusage(int who, MemorySegment usage) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return result((int) GETRUSAGE.invokeExact(state, who, usage), state);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Sets the calling thread's memory policy. */
  static int setMempolicy(int mode, MemorySegment nodes, long maxNode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long answer =
          (long)
              SYSCALL_SET_MEMPOLICY.invokeExact(
                  state, NR_SET_MEMPOLICY, (long) mode, nodes, maxNode);
      return result((int) answer, state);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Reads the calling thread's memory policy. */
  static int getMempolicy(MemorySegment mode, MemorySegment nodes, long maxNode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long answer =
          (long)
              SYSCALL_GET_MEMPOLICY.invokeExact(
                  state, NR_GET_MEMPOLICY, mode, nodes, maxNode, 0L, 0L);
      return result((int) answer, state);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static int result(int answer, MemorySegment state) {
    return answer == -1 ? -(int) ERRNO.get(state, 0L) : answer;
  }
}
