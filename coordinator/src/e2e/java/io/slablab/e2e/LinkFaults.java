package io.slablab.e2e;

import io.slablab.e2e.Fault.Script;
import io.slablab.e2e.Fault.Struck;
import java.util.concurrent.TimeUnit;

/** A host that is out of reach, or stands still, for some seconds of a measured trial. */
final class LinkFaults {
  private LinkFaults() {}

  private interface Command {
    void on(LabHosts lab, String host) throws Exception;
  }

  static Script cut(String host, int seconds) {
    return during(host, seconds, LabHosts::cut, LabHosts::join);
  }

  static Script mute(String host, int seconds) {
    return during(host, seconds, LabHosts::mute, LabHosts::unmute);
  }

  static Script freeze(String host, int seconds) {
    return during(host, seconds, LabHosts::freeze, LabHosts::thaw);
  }

  /** The seconds are the fault itself: nothing is waited for. */
  private static Script during(String host, int seconds, Command begin, Command end) {
    return scene -> {
      scene.campaign().awaitWindow(scene.lab(), host);
      begin.on(scene.lab(), host);
      Struck struck = Struck.now(host);
      TimeUnit.SECONDS.sleep(seconds);
      end.on(scene.lab(), host);
      return struck;
    };
  }
}
