package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What a stack loads of the checker, seen by a loader that defines the allocator's classes anew.
 */
class LockdepLoadTest {
  private static final String ALLOCATOR = "io.slablab.allocator.";
  private static final String CHECKER = ALLOCATOR + "lockdep.";

  /** Defines the allocator's classes itself, and remembers which. */
  private static final class Loader extends ClassLoader {
    final Set<String> loaded = new TreeSet<>();

    Loader() {
      super(LockdepLoadTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        if (known != null) {
          return known;
        }
        return name.startsWith(ALLOCATOR) ? define(name) : super.loadClass(name, resolve);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      try (InputStream in = getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        loaded.add(name);
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Set<String> ofChecker() {
      Set<String> names = new TreeSet<>(loaded);
      names.removeIf(name -> !name.startsWith(CHECKER));
      return names;
    }
  }

  /** Loaded by {@link Loader}: a stack and some lives on it. */
  public static final class Scenario implements Runnable {
    private final LockdepLevel level;

    public Scenario(String level) {
      this.level = LockdepLevel.valueOf(level);
    }

    @Override
    public void run() {
      StackConfig config = StackConfig.checked(8192).withLockdep(level);
      try (TestStack test = TestStack.of(2, config.forVariant(Variant.CTOR_DTOR))) {
        var cpu = test.enter(0);
        ObjectType type = EveryVariantTest.User.MM.type(cpu, test.stack, Variant.CTOR_DTOR);
        ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
        pool.put(cpu, pool.get(cpu, io.slablab.allocator.page.Gfp.GFP_KERNEL));
        pool.close(cpu);
        test.stack.checkNothingLeaked(cpu);
        test.leave(cpu);
      }
    }
  }

  private static Loader run(LockdepLevel level) throws ReflectiveOperationException {
    Loader loader = new Loader();
    Class<?> scenario = loader.loadClass(Scenario.class.getName(), true);
    ((Runnable) scenario.getConstructor(String.class).newInstance(level.name())).run();
    return loader;
  }

  /** T-LD-27: at level off nothing of the checker but its level is there, nor watched CPUs. */
  @Test
  void levelOffLoadsNothing() throws ReflectiveOperationException {
    Loader off = run(LockdepLevel.OFF);
    assertThat(off.loaded).contains(ALLOCATOR + "machine.host.HostMachine");
    assertThat(off.ofChecker()).containsExactly(CHECKER + "LockdepLevel");
    assertThat(off.loaded).doesNotContain(ALLOCATOR + "machine.host.WatchedCpu");
  }

  /** T-LD-27: at level off the allocators have the bare machine, whose locks are its own. */
  @Test
  void levelOffStandsBeforeNothing() {
    Machine off = HostMachine.of(HostConfig.uniform(2, 1));
    try (AllocatorStack stack = AllocatorStack.of(off, StackConfig.checked(8192))) {
      assertThat(stack.machine()).isSameAs(off);
    }
    Machine full = HostMachine.of(HostConfig.uniform(2, 1));
    StackConfig config = StackConfig.checked(8192).withLockdep(LockdepLevel.FULL);
    try (AllocatorStack stack = AllocatorStack.of(full, config)) {
      assertThat(stack.machine()).isNotSameAs(full);
    }
  }

  /** T-LD-27: at the other levels it is. */
  @Test
  void otherLevelsLoadTheChecker() throws ReflectiveOperationException {
    assertThat(run(LockdepLevel.LOCKS).ofChecker())
        .contains(CHECKER + "CheckedMachine", CHECKER + "CheckedMutex");
    Loader full = run(LockdepLevel.FULL);
    assertThat(full.ofChecker()).contains(CHECKER + "CheckedMachine", CHECKER + "CacheRules");
    assertThat(full.loaded).contains(ALLOCATOR + "machine.host.WatchedCpu");
  }
}
