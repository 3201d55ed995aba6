package io.slablab.agent.trial;

import io.slablab.agent.placement.Affinity;
import io.slablab.agent.placement.BindingException;
import io.slablab.agent.placement.MemoryBinding;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.SysfsTopology;
import io.slablab.agent.topology.Topology;
import io.slablab.suites.spec.MemoryPolicy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The one trial of this JVM. Built on the fork's main thread when JMH makes its executor, before
 * any worker exists.
 */
final class Fork {
  /** Property with the directory of the trial. */
  static final String DIRECTORY_PROPERTY = "slablab.trial.directory";

  static final Fork HERE = open(Path.of(System.getProperty(DIRECTORY_PROPERTY, "")));

  private final Path directory;
  private final ForkOrder forkOrder;
  private final MemoryBinding memory;
  private final Sampling sampling;
  private final Subject subject;
  private final AtomicReferenceArray<@Nullable Worker> workers;

  /** Wall-clock start of the coming interval, 0 for none; written while all workers wait. */
  private volatile long startAtNs;

  private Fork(Path directory, ForkOrder forkOrder) {
    this.directory = directory;
    this.forkOrder = forkOrder;
    TrialOrder order = forkOrder.order();
    Topology topology = SysfsTopology.read(Path.of(forkOrder.sysfsRoot()));
    CpuList cpus = CpuList.of(order.cpus().stream().mapToInt(cpu -> cpu));
    this.memory =
        MemoryBinding.of(
            topology,
            cpus,
            MemoryPolicy.byId(order.memory())
                .orElseThrow(
                    () -> new IllegalArgumentException("no memory policy: " + order.memory())));
    this.workers = new AtomicReferenceArray<>(order.cpus().size());
    leaveMeasuredCpus(topology.online().minus(cpus));
    this.sampling = order.recording() ? Sampling.calibrate() : Sampling.OFF;
    this.memory.apply(); // what is built here belongs to the trial as well
    this.subject = open(order, topology);
  }

  private static Fork open(Path directory) {
    System.setOut(ownStream(FileDescriptor.out)); // JMH has led both to the agent's output
    System.setErr(ownStream(FileDescriptor.err));
    try {
      ForkOrder order =
          TrialFiles.MAPPER.readValue(
              Files.readAllBytes(directory.resolve(TrialFiles.ORDER)), ForkOrder.class);
      ParentDeath.killsThisProcess(order.agentPid());
      return new Fork(directory, order);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      FailureNote.leave(directory, e);
      throw e;
    }
  }

  private static PrintStream ownStream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static Subject open(TrialOrder order, Topology topology) {
    for (SubjectProvider provider : ServiceLoader.load(SubjectProvider.class)) {
      if (provider.opens(order.workload())) {
        return provider.open(order, topology);
      }
    }
    throw new IllegalArgumentException("no such workload: " + order.workload());
  }

  /** Compiler and collector threads go where no worker runs, as far as there is such a place. */
  private static void leaveMeasuredCpus(CpuList others) {
    if (others.isEmpty()) {
      return;
    }
    String[] threads = new java.io.File("/proc/self/task").list();
    for (String tid : threads == null ? new String[0] : threads) {
      try {
        Affinity.restrict(Integer.parseInt(tid), others);
      } catch (BindingException _) {
        continue; // not permitted, or a thread that just ended: the trial is valid without
      }
    }
  }

  Path directory() {
    return directory;
  }

  TrialOrder order() {
    return forkOrder.order();
  }

  int measuredIntervals() {
    return forkOrder.measuredIntervals();
  }

  Sampling sampling() {
    return sampling;
  }

  Subject subject() {
    return subject;
  }

  MemoryBinding memory() {
    return memory;
  }

  long startAtNs() {
    return startAtNs;
  }

  void startAt(long wallClockNs) {
    startAtNs = wallClockNs;
  }

  void register(Worker worker) {
    workers.set(worker.index(), worker);
  }

  /** Whether there was an iteration before: only then are there workers. */
  boolean hasWorkers() {
    return workers.get(0) != null;
  }

  /** All workers, by index; only while none runs. */
  List<Worker> workers() {
    Worker[] all = new Worker[workers.length()];
    for (int index = 0; index < all.length; index++) {
      Worker worker = workers.get(index);
      if (worker == null) {
        throw new IllegalStateException("worker " + index + " did not start");
      }
      all[index] = worker;
    }
    return Arrays.asList(all);
  }
}
