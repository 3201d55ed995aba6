package io.slablab.coordinator.deploy;

import io.slablab.agent.topology.SysfsTopology;
import io.slablab.agent.topology.Topology;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of sysfs and procfs that a host sent line by line, read as if they were here. Only names of
 * a closed grammar are taken, so that nothing a host says can name a file of ours.
 */
final class SysfsCapture {
  private static final Pattern LINE =
      Pattern.compile(
          "("
              + "sys/devices/system/cpu/(?:online|present)"
              + "|sys/devices/system/cpu/cpu\\d{1,5}/topology/[a-z_]{1,30}"
              + "|sys/devices/system/cpu/cpu\\d{1,5}/cache/index\\d/[a-z_]{1,30}"
              + "|sys/devices/system/node/online"
              + "|sys/devices/system/node/node\\d{1,4}/(?:cpulist|distance|meminfo)"
              + "|proc/meminfo"
              + "):(.*)");

  private static final int MOST_FILES = 1 << 17;
  private static final int MOST_LINES = 200;

  private final Map<String, List<String>> files = new TreeMap<>();

  /** Takes {@code PATH:CONTENT}, one line of a file; anything else is dropped. */
  void line(String text) {
    Matcher line = LINE.matcher(text);
    if (line.matches() && (files.size() < MOST_FILES || files.containsKey(line.group(1)))) {
      List<String> lines = files.computeIfAbsent(line.group(1), _ -> new ArrayList<>());
      if (lines.size() < MOST_LINES) {
        lines.add(line.group(2));
      }
    }
  }

  /**
   * @throws io.slablab.agent.topology.TopologyException when the files are none or make no sense
   */
  Topology topology() throws IOException {
    Path root = Files.createTempDirectory("slablab-topology");
    try {
      for (Map.Entry<String, List<String>> file : files.entrySet()) {
        Path path = root.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
      return SysfsTopology.read(root);
    } finally {
      AtomicFiles.deleteTree(root);
    }
  }
}
