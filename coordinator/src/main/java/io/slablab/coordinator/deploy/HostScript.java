package io.slablab.coordinator.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The shell scripts that run on hosts. Each says in its head what it takes and prints. */
enum HostScript {
  PROBE,
  CONDITIONS,
  ARCHIVE,
  LAUNCH,
  WATCH,
  STOP,
  TUNNEL,
  HOME,
  SWEEP;

  private static final String COMMON = read("common");

  private final String text;

  HostScript() {
    this.text = read(name().toLowerCase(Locale.ROOT));
  }

  /** A command for any login shell: sh runs the script with the arguments, whatever they hold. */
  String command(List<String> arguments) {
    StringBuilder command = new StringBuilder("sh -c " + quoted(COMMON + text) + " slablab");
    arguments.forEach(argument -> command.append(' ').append(quoted(argument)));
    return command.toString();
  }

  String command(String... arguments) {
    return command(List.of(arguments));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static String read(String name) {
    String path = "/io/slablab/coordinator/deploy/" + name + ".sh";
    try (InputStream in = HostScript.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
