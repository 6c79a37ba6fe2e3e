package io.llmcluster.app.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a member's process says on its standard error: passed on as it comes, but for why it could
 * not start, which whoever started it says once.
 */
final class StartErrors {

  private final CompletableFuture<@Nullable String> last = new CompletableFuture<>();

  private StartErrors() {}

  /**
   * Follows them until the process closes them.
   *
   * @param ready done when the process has started
   */
  static StartErrors follow(Process process, CompletableFuture<?> ready) {
    StartErrors errors = new StartErrors();
    Thread reader = new Thread(() -> errors.read(process, ready), "errors");
    reader.setDaemon(true);
    reader.start();
    return errors;
  }

  private void read(Process process, CompletableFuture<?> ready) {
    String own = null;
    try (BufferedReader lines = process.errorReader(Charset.defaultCharset())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!ready.isDone() && line.startsWith(Console.ERROR)) {
          own = line.substring(Console.ERROR.length());
        } else {
          System.err.println(line);
        }
      }
    } catch (IOException ended) {
      // the process is gone, and so are its words
    }
    last.complete(own);
  }

  /** Why the process, which has ended, did not start. */
  String why(int member) {
    String own = last.join();
    return own == null ? "member " + member + " ended before it was ready" : own;
  }
}
