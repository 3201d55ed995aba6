package io.slablab.coordinator.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts on the class path that go into a report. */
final class Resources {
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private Resources() {}

  static String ours(String name) {
    return read("/io/slablab/coordinator/report/" + name);
  }

  static String uplot(String name) {
    return read(UPLOT + name);
  }

  private static String read(String path) {
    try (InputStream in = Resources.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
