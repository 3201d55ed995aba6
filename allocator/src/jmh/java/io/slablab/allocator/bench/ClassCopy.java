package io.slablab.allocator.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Set;

/**
 * The allocator's classes once more, as they are or without the calls that a checker of locks
 * listens to. Each copy is compiled by itself, so that what one has loaded or seen changes nothing
 * in another.
 */
final class ClassCopy extends ClassLoader {
  private static final String COPIED = "io.slablab.allocator.";
  private static final Set<String> CPUS =
      Set.of("io/slablab/allocator/machine/Cpu", "io/slablab/allocator/machine/host/HostCpu");

  /** What a CPU tells; see {@link io.slablab.allocator.machine.CpuWatch}. */
  private static final Set<String> TOLD =
      Set.of(
          "mightAlloc(I)V",
          "mightSleep()V",
          "begin(Lio/slablab/allocator/machine/Section;)V",
          "end(Lio/slablab/allocator/machine/Section;)V");

  private final boolean bare;
  private int removed;

  /**
   * @param bare whether the calls are taken out
   */
  ClassCopy(boolean bare) {
    super(ClassCopy.class.getClassLoader());
    this.bare = bare;
  }

  /** Calls taken out of the classes loaded so far. */
  int removed() {
    return removed;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      return name.startsWith(COPIED) ? define(name) : super.loadClass(name, resolve);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = bare ? withoutCalls(in.readAllBytes()) : in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] withoutCalls(byte[] bytes) {
    ClassFile classFile = ClassFile.of();
    return classFile.transformClass(
        classFile.parse(bytes), ClassTransform.transformingMethodBodies(this::copy));
  }

  private void copy(CodeBuilder code, CodeElement element) {
    if (element instanceof InvokeInstruction call && isTold(call)) {
      removed++;
      for (int i = 0; i < call.typeSymbol().parameterCount(); i++) {
        code.pop(); // arguments, all of one slot
      }
      code.pop(); // the CPU
    } else {
      code.with(element);
    }
  }

  private static boolean isTold(InvokeInstruction call) {
    return CPUS.contains(call.owner().asInternalName())
        && TOLD.contains(call.name().stringValue() + call.type().stringValue());
  }
}
