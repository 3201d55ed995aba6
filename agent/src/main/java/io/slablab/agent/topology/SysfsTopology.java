package io.slablab.agent.topology;

import io.slablab.agent.topology.Topology.Llc;
import io.slablab.agent.topology.Topology.Node;
import io.slablab.agent.topology.Topology.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads a host's topology from sysfs. */
public final class SysfsTopology {
  private static final int LOCAL_DISTANCE = 10;

  private final Path cpuDir;
  private final Path nodeDir;
  private final Path meminfo;
  private final CpuList online;

  private SysfsTopology(Path root) {
    cpuDir = root.resolve("sys/devices/system/cpu");
    nodeDir = root.resolve("sys/devices/system/node");
    meminfo = root.resolve("proc/meminfo");
    if (!Files.isDirectory(cpuDir)) {
      throw new TopologyException(
          root, "no sys/devices/system/cpu below it: give a directory that holds sys/ and proc/");
    }
    online = SysfsFiles.cpus(cpuDir.resolve("online")).orElseGet(this::cpusWithDirectory);
    if (online.isEmpty()) {
      throw new TopologyException(cpuDir, "no online CPU");
    }
  }

  /**
   * Reads the machine below a root; {@code /} is this host.
   *
   * @throws TopologyException when there is no such tree or a file in it makes no sense
   */
  public static Topology read(Path root) {
    return new SysfsTopology(root).read();
  }

  /**
   * The CPUs that this process may run on at most: {@code Cpus_allowed_list} of {@code
   * proc/self/status}; empty when that cannot be read. In a container it can be less than the
   * online CPUs.
   */
  public static Optional<CpuList> allowedCpus(Path root) {
    return SysfsFiles.text(root.resolve("proc/self/status"))
        .flatMap(status ->
            status.lines().filter(line -> line.startsWith("Cpus_allowed_list:")).findFirst())
        .map(line -> CpuList.parse(line.substring(line.indexOf(':') + 1)));
  }

  private CpuList cpusWithDirectory() {
    return CpuList.of(SysfsFiles.numbered(cpuDir, "cpu").stream().mapToInt(cpu -> cpu));
  }

  private Topology read() {
    List<CpuList> siblings = siblings();
    return new Topology(
        sockets(),
        nodes(),
        llcs(),
        siblings.size(),
        siblings.stream().mapToInt(CpuList::size).max().orElse(1),
        online.size(),
        SysfsFiles.cpus(cpuDir.resolve("present")).orElse(online).minus(online),
        siblings);
  }

  private Path topologyFile(int cpu, String name) {
    return cpuDir.resolve("cpu" + cpu).resolve("topology").resolve(name);
  }

  private List<CpuList> siblings() {
    return online.stream()
        .mapToObj(this::siblingsOf)
        .distinct()
        .sorted(Comparator.comparingInt(CpuList::first))
        .toList();
  }

  private CpuList siblingsOf(int cpu) {
    return SysfsFiles.cpus(topologyFile(cpu, "core_cpus_list"))
        .or(() -> SysfsFiles.cpus(topologyFile(cpu, "thread_siblings_list")))
        .map(list -> list.and(online).or(CpuList.of(cpu)))
        .orElseGet(() -> CpuList.of(cpu));
  }

  private List<Socket> sockets() {
    Map<Integer, List<Integer>> byId =
        online.stream()
            .boxed()
            .collect(Collectors.groupingBy(this::socketOf, TreeMap::new, Collectors.toList()));
    return byId.entrySet().stream()
        .map(entry -> new Socket(entry.getKey(), cpuList(entry.getValue())))
        .toList();
  }

  /** The physical package; machines whose firmware does not tell (-1) are one socket. */
  private int socketOf(int cpu) {
    return Math.max(0, SysfsFiles.number(topologyFile(cpu, "physical_package_id")).orElse(0));
  }

  private List<Node> nodes() {
    List<Integer> ids = onlineNodes();
    if (ids.isEmpty()) {
      long bytes = SysfsFiles.meminfoBytes(meminfo, "MemTotal").orElse(0L);
      return List.of(new Node(0, online, bytes, List.of(LOCAL_DISTANCE)));
    }
    return ids.stream().map(id -> node(id, ids)).toList();
  }

  private List<Integer> onlineNodes() {
    return SysfsFiles.cpus(nodeDir.resolve("online"))
        .map(CpuList::toList)
        .orElseGet(() -> SysfsFiles.numbered(nodeDir, "node"));
  }

  private Node node(int id, List<Integer> ids) {
    Path dir = nodeDir.resolve("node" + id);
    CpuList cpus = SysfsFiles.cpus(dir.resolve("cpulist")).orElse(CpuList.empty()).and(online);
    long bytes = SysfsFiles.meminfoBytes(dir.resolve("meminfo"), "MemTotal").orElse(0L);
    return new Node(id, cpus, bytes, distances(dir.resolve("distance"), id, ids));
  }

  /** One distance per online node; a file of another length is not believed but refused. */
  private static List<Integer> distances(Path file, int id, List<Integer> ids) {
    List<Integer> distances =
        SysfsFiles.text(file)
            .map(text ->
                Stream.of(text.split("\\s+"))
                    .map(digits -> SysfsFiles.number(file, digits))
                    .toList())
            .orElseGet(() -> ids.size() == 1 ? List.of(LOCAL_DISTANCE) : List.of());
    if (distances.size() != ids.size()) {
      throw new TopologyException(
          file,
          "one distance per online node is needed: nodes="
              + ids.size()
              + " distances="
              + distances.size()
              + " node="
              + id);
    }
    return distances;
  }

  private record Cache(CpuList cpus, long bytes) {}

  private List<Llc> llcs() {
    List<Cache> caches = new ArrayList<>();
    online.stream()
        .mapToObj(this::lastLevelOf)
        .flatMap(Optional::stream)
        .filter(cache -> caches.stream().noneMatch(known -> known.cpus().equals(cache.cpus())))
        .forEach(caches::add);
    return IntStream.range(0, caches.size())
        .mapToObj(id -> new Llc(id, caches.get(id).cpus(), caches.get(id).bytes()))
        .toList();
  }

  private Optional<Cache> lastLevelOf(int cpu) {
    Path dir = cpuDir.resolve("cpu" + cpu).resolve("cache");
    return SysfsFiles.numbered(dir, "index").stream()
        .map(index -> dir.resolve("index" + index))
        .filter(
            cache -> SysfsFiles.text(cache.resolve("type")).filter("Unified"::equals).isPresent())
        .max(Comparator.comparingInt(SysfsTopology::levelOf))
        .flatMap(cache -> cache(cpu, cache));
  }

  private static int levelOf(Path cache) {
    return SysfsFiles.number(cache.resolve("level")).orElse(0);
  }

  private Optional<Cache> cache(int cpu, Path dir) {
    long bytes = SysfsFiles.text(dir.resolve("size")).map(SysfsFiles::cacheBytes).orElse(0L);
    return SysfsFiles.cpus(dir.resolve("shared_cpu_list"))
        .map(cpus -> new Cache(cpus.and(online).or(CpuList.of(cpu)), bytes));
  }

  private static CpuList cpuList(List<Integer> cpus) {
    return CpuList.of(cpus.stream().mapToInt(cpu -> cpu));
  }
}
