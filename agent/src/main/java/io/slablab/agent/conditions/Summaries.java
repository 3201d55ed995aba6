package io.slablab.agent.conditions;

import io.slablab.agent.conditions.Field.Reading;
import io.slablab.agent.topology.CpuList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Fields that stand in more than one file, or in none as people read them. */
final class Summaries {
  private static final String CPUS = "sys/devices/system/cpu";
  private static final int NOTE_HEADER_BYTES = 12;
  private static final int BUILD_ID_NOTE = 3;

  private Summaries() {}

  /**
   * A file that every CPU has: its content where all say the same, else {@code performance: 0-3;
   * powersave: 4-7}.
   *
   * @param file below {@code cpuN}
   */
  static Reading perCpu(Path root, String file) {
    TreeMap<String, List<Integer>> cpusByValue = new TreeMap<>();
    Reading.Absent why = new Reading.Absent("no /" + CPUS + "/cpu*/" + file);
    for (int cpu : numbered(root, CPUS, "cpu")) {
      switch (Field.content(root, CPUS + "/cpu" + cpu + "/" + file)) {
        case Reading.Found(String value) ->
            cpusByValue.computeIfAbsent(value, _ -> new ArrayList<>()).add(cpu);
        case Reading.Absent(String reason) when reason.startsWith("no /") -> {} // why says it
        case Reading.Absent absent -> why = absent;
      }
    }
    if (cpusByValue.isEmpty()) {
      return why;
    }
    if (cpusByValue.size() == 1) {
      return new Reading.Found(cpusByValue.firstKey());
    }
    List<String> parts = new ArrayList<>();
    cpusByValue.forEach(
        (value, cpus) -> parts.add(value + ": " + CpuList.of(cpus.stream().mapToInt(cpu -> cpu))));
    return new Reading.Found(String.join("; ", parts));
  }

  /** The same of every NUMA node, each as {@code node0: text}. */
  static Reading perNode(Path root, String file) {
    String nodes = "sys/devices/system/node";
    List<String> parts = new ArrayList<>();
    for (int node : numbered(root, nodes, "node")) {
      if (Field.content(root, nodes + "/node" + node + "/" + file)
          instanceof Reading.Found(String text)) {
        parts.add("node" + node + ": " + text.replaceAll("\\s+", " "));
      }
    }
    return parts.isEmpty()
        ? new Reading.Absent("no /" + nodes + "/node*/" + file)
        : new Reading.Found(String.join("; ", parts));
  }

  /** The idle states of CPU 0 with their exit latency, {@code POLL 0 us; C6 133 us off}. */
  static Reading idleStates(Path root) {
    String directory = CPUS + "/cpu0/cpuidle";
    List<String> parts = new ArrayList<>();
    for (int state : numbered(root, directory, "state")) {
      String place = directory + "/state" + state + "/";
      if (Field.content(root, place + "name") instanceof Reading.Found(String name)
          && Field.content(root, place + "latency") instanceof Reading.Found(String us)) {
        boolean off = Field.content(root, place + "disable").equals(new Reading.Found("1"));
        parts.add(name + " " + us + " us" + (off ? " off" : ""));
      }
    }
    return parts.isEmpty()
        ? new Reading.Absent("no /" + directory + "/state*")
        : new Reading.Found(String.join("; ", parts));
  }

  /** Whether a process of this name runs, {@code running} or {@code not running}. */
  static Reading process(Path root, String name) {
    List<Integer> pids = numbered(root, "proc", "");
    if (pids.isEmpty()) {
      return new Reading.Absent("no processes below /proc");
    }
    boolean runs =
        pids.stream()
            .anyMatch(pid ->
                Field.content(root, "proc/" + pid + "/comm").equals(new Reading.Found(name)));
    return new Reading.Found(runs ? "running" : "not running");
  }

  /** SHA-256 of the first of these files that there is, in hex. */
  static Reading digest(Path root, List<String> files) {
    for (String file : files) {
      Path path = root.resolve(file);
      if (Files.isRegularFile(path)) {
        try {
          return new Reading.Found(Digest.of(Files.readAllBytes(path)));
        } catch (IOException _) {
          return new Reading.Absent("/" + file + " cannot be read");
        }
      }
    }
    return new Reading.Absent("no /" + String.join(", no /", files));
  }

  /** The configuration that the kernel was built with, as a digest. */
  static Reading kernelConfig(Path root) {
    List<String> places = new ArrayList<>(List.of("proc/config.gz"));
    if (Field.content(root, "proc/sys/kernel/osrelease") instanceof Reading.Found(String release)) {
      places.add("boot/config-" + release.replace('/', '_'));
    }
    return digest(root, places);
  }

  /** What the machine is known by, as a digest: the id itself is nobody's business. */
  static Reading machineId(Path root) {
    return Field.content(root, "etc/machine-id") instanceof Reading.Found(String id)
        ? new Reading.Found(Digest.of("slablab:" + id).substring(0, Digest.SHORT))
        : new Reading.Absent("no /etc/machine-id");
  }

  /** The C library that this process uses, by name and digest. */
  static Reading libc(Path root) {
    if (!(Field.content(root, "proc/self/maps") instanceof Reading.Found(String maps))) {
      return new Reading.Absent("no /proc/self/maps");
    }
    var library = Pattern.compile("(/\\S*/(?:libc\\.so\\.6|libc-[\\d.]+\\.so|ld-musl-\\S+))");
    var match = library.matcher(maps);
    if (!match.find()) {
      return new Reading.Absent("no C library in /proc/self/maps");
    }
    String file = match.group(1).substring(1);
    return digest(root, List.of(file)) instanceof Reading.Found(String digest)
        ? new Reading.Found(Path.of(file).getFileName() + " " + digest.substring(0, Digest.SHORT))
        : new Reading.Absent("/" + file + " cannot be read");
  }

  /**
   * The kernel's build id out of its ELF notes: a header of three native words (name bytes, content
   * bytes, type), the name and the content, each padded to four bytes.
   */
  static Reading buildId(Path root) {
    Path file = root.resolve("sys/kernel/notes");
    try {
      ByteBuffer notes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
      while (notes.remaining() >= NOTE_HEADER_BYTES) {
        int nameBytes = notes.getInt();
        int contentBytes = notes.getInt();
        int type = notes.getInt();
        byte[] name = take(notes, nameBytes);
        byte[] content = take(notes, contentBytes);
        if (type == BUILD_ID_NOTE
            && new String(name, StandardCharsets.US_ASCII).startsWith("GNU")) {
          return new Reading.Found(HexFormat.of().formatHex(content));
        }
      }
      return new Reading.Absent("not told by /sys/kernel/notes");
    } catch (IOException | RuntimeException _) {
      return new Reading.Absent("no notes in /sys/kernel/notes");
    }
  }

  private static byte[] take(ByteBuffer notes, int bytes) {
    byte[] taken = new byte[bytes];
    notes.get(taken);
    notes.position(Math.min(notes.limit(), (notes.position() + 3) & ~3));
    return taken;
  }

  /** What the command line says beyond where this host's disks and consoles are. */
  static Optional<String> withoutPlaces(String cmdline) {
    String rest =
        Pattern.compile("(^|\\s)(BOOT_IMAGE|initrd|root|resume|ip|console)=\\S*")
            .matcher(cmdline)
            .replaceAll("")
            .strip();
    return rest.isEmpty() ? Optional.empty() : Optional.of(rest);
  }

  /** The N of the entries {@code <prefix>N} of a directory, ascending; none without it. */
  private static List<Integer> numbered(Path root, String directory, String prefix) {
    Pattern name = Pattern.compile(Pattern.quote(prefix) + "(\\d{1,7})");
    List<Integer> numbers = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(directory))) {
      for (Path entry : entries) {
        var match = name.matcher(entry.getFileName().toString());
        if (match.matches()) {
          numbers.add(Integer.valueOf(match.group(1)));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (IOException _) {
      return numbers; // what was read counts
    }
    numbers.sort(null);
    return numbers;
  }
}
