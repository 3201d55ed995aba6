package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuHotplug;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.CpuWatch;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The machine this JVM runs on. Pinning threads to processors is the caller's business. */
public final class HostMachine extends Machine {
  private final HostConfig config;
  private final HostCpu[] cpus;
  private final LockRegistry locks = new LockRegistry();
  private final List<HostMemory> memories = new ArrayList<>();
  private final CpuHotplug hotplug;

  private HostMachine(HostConfig config) {
    this.config = config;
    this.cpus = new HostCpu[config.possibleCpus()];
    for (int id = 0; id < cpus.length; id++) {
      cpus[id] = new HostCpu(id, config.nodeOfCpu()[id], seedOf(id));
    }
    this.hotplug = new CpuHotplug(this);
  }

  private long seedOf(int cpu) {
    return config.seed() + cpu * 0x9E3779B97F4A7C15L;
  }

  public static HostMachine of(HostConfig config) {
    Linking.begin();
    return new HostMachine(config);
  }

  /**
   * Has the system calls for memory linked on a thread of its own, once: it takes as long as all
   * else that is set up before the first mapping, which waits for it.
   */
  private static final class Linking {
    static {
      Thread.ofPlatform().name("link").daemon().start(NativeMemory::link);
    }

    static void begin() {}
  }

  @Override
  public int possibleCpus() {
    return cpus.length;
  }

  @Override
  public int nodes() {
    return config.distances().length;
  }

  @Override
  public CpuHotplug hotplug() {
    return hotplug;
  }

  @Override
  public int nodeOf(int cpu) {
    return config.nodeOfCpu()[cpu];
  }

  @Override
  public int distance(int fromNode, int toNode) {
    return config.distances()[fromNode][toNode];
  }

  @Override
  public Cpu enter(int cpu) {
    HostCpu entered = cpus[cpu];
    if (entered.thread() == Thread.currentThread()) {
      throw new IllegalStateException("already this CPU: cpu=" + cpu);
    }
    int turns = 0;
    while (true) {
      if (!hotplug.isOnline(cpu)) { // else a CPU that is to go would never be left alone
        throw offline(cpu);
      }
      if (entered.tryEnter()) {
        return stillOnline(entered);
      }
      turns = Spin.turn(turns);
    }
  }

  /**
   * The state again, since it may have changed before we had the token. Who takes the CPU down has
   * changed it before it finds the token free: so either it finds us, or we see the change.
   */
  private Cpu stillOnline(HostCpu entered) {
    if (!hotplug.isOnline(entered.id())) {
      entered.exit();
      throw offline(entered.id());
    }
    return entered;
  }

  private static IllegalStateException offline(int cpu) {
    return new IllegalStateException("offline: cpu=" + cpu);
  }

  @Override
  public void leave(Cpu cpu) {
    HostCpu left = (HostCpu) cpu;
    if (left.thread() != Thread.currentThread()) {
      throw new IllegalStateException("left by a thread that is not this CPU: cpu=" + cpu.id());
    }
    if (left.irqsOff()) {
      throw new IllegalStateException("left with interrupts off: cpu=" + cpu.id());
    }
    left.poll();
    left.exit();
  }

  @Override
  public void onEachCpu(Cpu caller, CpuTask task) {
    HostCpu self = (HostCpu) caller;
    for (HostCpu cpu : cpus) {
      if (cpu == self) {
        task.run(self);
      } else if (!cpu.isOffline()) {
        runOn(cpu, self, task);
      }
    }
  }

  /**
   * As the CPU itself when nobody is it, else by request. A holder that leaves after our post may
   * not have seen it: its exit and our post are both volatile, so either it sees the post when it
   * polls, or we see the token free and serve the request ourselves. A CPU that is offline is none.
   */
  private void runOn(HostCpu cpu, HostCpu self, CpuTask task) {
    if (cpu.tryEnter()) {
      runAs(cpu, task);
      return;
    }
    HostCpu.Request request = new HostCpu.Request(task, new CountDownLatch(1));
    cpu.post(request);
    int turns = 0;
    while (request.done().getCount() != 0 && !cpu.isOffline()) {
      if (cpu.tryEnter()) {
        runAs(cpu, _ -> cpu.serveRequests());
      }
      self.serveRequests(); // two CPUs may ask each other
      turns = Spin.turn(turns);
    }
  }

  @Override
  public boolean runIfIdle(Cpu caller, int cpu, CpuTask task) {
    HostCpu idle = cpus[cpu];
    if (!idle.tryEnter()) {
      return false;
    }
    runAs(idle, task);
    return true;
  }

  @Override
  public void post(int cpu, CpuTask task) {
    cpus[cpu].post(new HostCpu.Request(task, new CountDownLatch(1)));
  }

  @Override
  protected void takeDown(Cpu caller, int cpu) {
    HostCpu dying = cpus[cpu];
    int turns = 0;
    while (!dying.tryEnter()) {
      turns = caller.relax(turns);
    }
    dying.serveRequests();
    dying.moveWorksTo((HostCpu) caller);
    dying.goOffline();
  }

  /** The token's release is volatile, as at every exit: the next holder sees the parts' work. */
  @Override
  protected void bringUp(int cpu) {
    cpus[cpu].exit();
  }

  private static void runAs(HostCpu cpu, CpuTask task) {
    try {
      task.run(cpu);
    } finally {
      cpu.exit();
    }
  }

  @Override
  public SpinLock spinLock(LockClass lockClass) {
    HostSpinLock lock = new HostSpinLock();
    locks.add(lockClass, lock.times());
    return lock;
  }

  @Override
  public Mutex mutex(LockClass lockClass) {
    return switch (config.mutexKind()) {
      case SPIN -> registered(lockClass, new HostMutex());
      case SLEEP -> registered(lockClass, SleepingHostMutex.create());
      case FAIR -> FairHostMutex.create(locks, lockClass);
    };
  }

  private HostMutex registered(LockClass lockClass, HostMutex lock) {
    locks.add(lockClass, lock.times());
    return lock;
  }

  @Override
  public EmbeddedSpinLock embeddedSpinLock(LockClass lockClass) {
    HostEmbeddedSpinLock lock = new HostEmbeddedSpinLock(cpus.length);
    locks.add(lockClass, lock);
    return lock;
  }

  @Override
  public Line line(String name) {
    return new Line(name);
  }

  @Override
  public Word word(Line line, long initial) {
    return new HostWord(initial);
  }

  @Override
  public Memory memory(String name, long bytes) {
    NativeMemory.link(); // one thread at a time in the platform's initialisers of foreign memory
    HostMemory memory = new HostMemory(bytes, config.bindMemory() && nodes() > 1);
    synchronized (memories) {
      memories.add(memory);
    }
    return memory;
  }

  @Override
  public long nowNs() {
    return System.nanoTime();
  }

  @Override
  public List<LockStats> lockStats() {
    return locks.stats();
  }

  @Override
  public void resetLockStats() {
    locks.reset();
  }

  /**
   * The CPUs are replaced by watched ones, so that unwatched ones need not ask. Plain writes:
   * whoever enters a CPU later got the machine from the caller.
   */
  @Override
  public void watch(CpuWatch watch) {
    for (HostCpu cpu : cpus) {
      if (cpu.thread() != null || cpu instanceof WatchedCpu) {
        throw new IllegalStateException("in use or watched already: cpu=" + cpu.id());
      }
    }
    for (int id = 0; id < cpus.length; id++) {
      cpus[id] = new WatchedCpu(id, nodeOf(id), seedOf(id), watch);
    }
  }

  @Override
  public void close() {
    synchronized (memories) {
      memories.forEach(HostMemory::unmap);
      memories.clear();
    }
  }
}
