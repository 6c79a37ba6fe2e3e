package io.llmcluster.node.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a stream that has fallen silent: the JDK's client has no timeout for silence. */
final class StallWatch implements Closeable {
  private final InputStream watched;
  private final Duration patience;
  private final Thread thread = new Thread(this::watch, "model-download-watch");
  private volatile long lastMove = System.nanoTime();
  private volatile boolean stalled;

  StallWatch(InputStream watched, Duration patience) {
    this.watched = watched;
    this.patience = patience;
    thread.setDaemon(true);
    thread.start();
  }

  void moved() {
    lastMove = System.nanoTime();
  }

  /** Fails when the stream ended because it was closed here. */
  void requireNotStalled() throws IOException {
    if (stalled) {
      throw new IOException("no data for " + patience.toMillis() + " ms");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch() {
    try {
      for (long left = left(); left > 0; left = left()) {
        TimeUnit.NANOSECONDS.sleep(left);
      }
      stalled = true;
      watched.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the download is over
    } catch (IOException e) {
      stalled = true;
    }
  }

  private long left() {
    return patience.toNanos() - (System.nanoTime() - lastMove);
  }
}
