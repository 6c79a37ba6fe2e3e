package io.llmcluster.node.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the child. It ends when its stdin closes, thus also when this process is killed. */
final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final int MAX_LINE = 500;

  private final Process process;
  private final CompletableFuture<Integer> ready = new CompletableFuture<>();

  private ChildProcess(Process process) {
    this.process = process;
  }

  static ChildProcess start(List<String> command) throws IOException {
    ChildProcess child =
        new ChildProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    Thread drain = new Thread(child::drain, "embedded-output");
    drain.setDaemon(true);
    drain.start();
    return child;
  }

  long pid() {
    return process.pid();
  }

  /** The port it serves on; fails when it ends or stays silent instead. */
  int awaitReady(Duration timeout) throws IOException, InterruptedException {
    try {
      return ready.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable why = e.getCause();
      throw new IOException(why == null ? "" : why.getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("not ready within " + timeout.toSeconds() + " s", e);
    }
  }

  int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Reads all that it writes, so that it never blocks on a full pipe. */
  private void drain() {
    String last = "its process ended at once";
    try (InputStream in = process.getInputStream();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = bounded(lines); line != null; line = bounded(lines)) {
        if (line.startsWith("READY ")) {
          ready.complete(Integer.parseInt(line.substring("READY ".length()).strip()));
        } else {
          last = line.startsWith("FAILED ") ? line.substring("FAILED ".length()) : line;
          LOG.debug("embedded model: {}", line);
        }
      }
    } catch (IOException | NumberFormatException e) {
      LOG.debug("output of the embedded model: {}", e.toString());
    }
    ready.completeExceptionally(new IOException(last));
  }

  /** The next line, cut at a bound; null at the end. */
  private static @Nullable String bounded(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() < MAX_LINE && c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
