package io.slablab.coordinator.deploy.ssh;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** What a library's failure means, in words for the user. */
final class Words {
  private Words() {}

  /**
   * @param patience that was had, for what took too long
   */
  static String of(Throwable failure, Duration patience) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnresolvedAddressException _ -> {
          return "the name is unknown";
        }
        case UnknownHostException _ -> {
          return "the name is unknown";
        }
        case NoRouteToHostException _ -> {
          return "no route to host";
        }
        case ConnectException refused -> {
          return String.valueOf(refused.getMessage()).toLowerCase(java.util.Locale.ROOT);
        }
        case TimeoutException _ -> {
          return "no answer within " + patience.toSeconds() + " s";
        }
        default -> {}
      }
    }
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
