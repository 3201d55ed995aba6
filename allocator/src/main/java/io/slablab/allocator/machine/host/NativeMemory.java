package io.slablab.allocator.machine.host;

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

/** The system calls behind {@link HostMemory}: mmap, munmap, madvise, mbind. 64-bit Linux. */
final class NativeMemory {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE = 0x02;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MADV_DONTNEED = 4;
  private static final int MPOL_BIND = 2;
  private static final long NODE_MASK_BITS = 1024;
  private static final int MBIND_SYSCALL =
      System.getProperty("os.arch").equals("aarch64") ? 235 : 237;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final MethodHandle MMAP =
      handle(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

  // Each in a class of its own, linked at its first call: linking takes milliseconds.

  private static final class Munmap {
    static final MethodHandle CALL =
        handle("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
  }

  private static final class Madvise {
    static final MethodHandle CALL =
        handle("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  private static final class Mbind {
    static final MethodHandle CALL =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));
  }

  private NativeMemory() {}

  /** Returns once this class is initialised: mappings can be made. */
  static void link() {}

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /** A zeroed private mapping whose pages appear when touched. */
  static MemorySegment map(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURE);
      MemorySegment address =
          (MemorySegment)
              MMAP.invokeExact(
                  state,
                  MemorySegment.NULL,
                  bytes,
                  PROT_READ_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1,
                  0L);
      if (address.address() == -1L) {
        throw new IllegalStateException("mmap failed: bytes=" + bytes + " errno=" + errno(state));
      }
      return address.reinterpret(bytes);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static void unmap(MemorySegment segment) {
    try (Arena arena = Arena.ofConfined()) {
      int result =
          (int) Munmap.CALL.invokeExact(arena.allocate(CAPTURE), segment, segment.byteSize());
      if (result != 0) {
        throw new IllegalStateException("munmap failed: bytes=" + segment.byteSize());
      }
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  static void discard(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      int result =
          (int)
              Madvise.CALL.invokeExact(
                  arena.allocate(CAPTURE), pages, pages.byteSize(), MADV_DONTNEED);
      if (result != 0) {
        throw new IllegalStateException("madvise failed: bytes=" + pages.byteSize());
      }
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Binds whole pages to a node. */
  static void bind(MemorySegment pages, int node) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(NODE_MASK_BITS / Byte.SIZE);
      mask.setAtIndex(JAVA_LONG, node / Long.SIZE, 1L << node);
      MemorySegment state = arena.allocate(CAPTURE);
      long result =
          (long)
              Mbind.CALL.invokeExact(
                  state,
                  (long) MBIND_SYSCALL,
                  pages,
                  pages.byteSize(),
                  MPOL_BIND,
                  mask,
                  NODE_MASK_BITS,
                  0);
      if (result != 0) {
        throw new IllegalStateException("mbind failed: node=" + node + " errno=" + errno(state));
      }
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  private static int errno(MemorySegment state) {
    return state.get(JAVA_INT, CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
  }

  private static RuntimeException rethrown(Throwable e) {
    return switch (e) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }
}
