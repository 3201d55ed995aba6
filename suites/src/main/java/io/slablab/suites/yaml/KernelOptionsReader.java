package io.slablab.suites.yaml;

import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.host.MutexKind;
import io.slablab.allocator.slub.DebugOptions;
import io.slablab.suites.spec.KernelOptions;
import io.slablab.suites.spec.MachineOptions;
import io.slablab.suites.spec.PercpuOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code slub_debug: FZPU, lockdep: full, debug: [kasan]} beside a variant's design. */
final class KernelOptionsReader {
  static final List<String> LEVELS =
      Arrays.stream(LockdepLevel.values()).map(KernelOptionsReader::word).toList();

  static final List<String> MUTEXES =
      Arrays.stream(MutexKind.values()).map(KernelOptionsReader::word).toList();

  static final int MOST_NODES = 64;

  /** The slab allocator's own checks have a key of their own: they have letters. */
  static final List<String> FEATURES =
      Stream.concat(
              Arrays.stream(DebugFeature.values())
                  .filter(feature -> feature != DebugFeature.SLUB_DEBUG)
                  .map(KernelOptionsReader::word),
              Stream.of(KernelOptions.ALLOC_PROFILING))
          .toList();

  private static final String SLUB_DEBUG = "write letters of FZPUTA, as FZPU, or FZ,mm_struct";
  private static final String YES_NO = "write true or false";

  private KernelOptionsReader() {}

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static KernelOptions read(YamlMap map) {
    String slubDebug =
        map.get(KernelOptions.SLUB_DEBUG)
            .flatMap(v -> v.parse(KernelOptionsReader::slubDebug, SLUB_DEBUG))
            .orElse(KernelOptions.NONE.slubDebug());
    boolean initOnAlloc = flag(map, KernelOptions.INIT_ON_ALLOC);
    boolean initOnFree = flag(map, KernelOptions.INIT_ON_FREE);
    String lockdep =
        map.get(KernelOptions.LOCKDEP)
            .flatMap(v -> v.word("a level of lockdep", LEVELS))
            .orElse(KernelOptions.NONE.lockdep());
    PercpuOptions percpu =
        map.get(KernelOptions.PERCPU).map(PercpuOptionsReader::read).orElse(PercpuOptions.NONE);
    return new KernelOptions(
        slubDebug, initOnAlloc, initOnFree, lockdep, features(map), percpu, machine(map));
  }

  private static MachineOptions machine(YamlMap map) {
    int numaFake =
        map.get(MachineOptions.NUMA_FAKE)
            .flatMap(v -> v.parse(Numbers.integer(0, MOST_NODES), "nodes, or 0 for the host's"))
            .orElse(MachineOptions.NONE.numaFake());
    String mutex =
        map.get(MachineOptions.MUTEX)
            .flatMap(v -> v.word("a kind of mutex", MUTEXES))
            .orElse(MachineOptions.NONE.mutex());
    return new MachineOptions(numaFake, mutex);
  }

  private static String slubDebug(String text) {
    DebugOptions.parse(text);
    return text;
  }

  private static boolean flag(YamlMap map, String key) {
    return map.get(key).flatMap(v -> v.parse(Numbers::bool, YES_NO)).orElse(false);
  }

  private static List<String> features(YamlMap map) {
    List<String> features = new ArrayList<>();
    Optional<YamlValue> value = map.get(KernelOptions.DEBUG);
    if (value.isEmpty()) {
      return features;
    }
    for (YamlValue item : value.get().list("write [kasan]")) {
      Optional<String> word = item.word("a debug feature", FEATURES);
      if (word.isPresent() && features.contains(word.get())) {
        item.problem("stands here twice", "remove one");
      } else {
        word.ifPresent(features::add);
      }
    }
    return features;
  }
}
