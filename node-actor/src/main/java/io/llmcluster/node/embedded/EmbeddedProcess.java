package io.llmcluster.node.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the embedded model in a child process, on one port of loopback for as long as this object is
 * started: a child that dies is started again, after 0.5 s at first and up to 30 s later.
 */
public final class EmbeddedProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedProcess.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration HEALTHY = Duration.ofMinutes(1);

  private final ChildCommand command;
  private final Duration startTimeout;
  private final CompletableFuture<Integer> firstPort = new CompletableFuture<>();
  private @Nullable Thread supervisor;
  private volatile @Nullable ChildProcess child;
  private volatile boolean stopping;

  /**
   * A child for {@code model}, not started yet.
   *
   * @param sha256 of the file, 64 hexadecimal digits: the model's digest in lists
   * @param name the model's name in Ollama's lists, for example {@code smollm2:135m}
   */
  public EmbeddedProcess(Path model, String sha256, String name, EmbeddedSettings settings) {
    this.command = new ChildCommand(model, sha256, name, settings);
    this.startTimeout = settings.startTimeout();
  }

  /**
   * Starts the child and waits until it serves; call it once.
   *
   * @return the port on 127.0.0.1, the same until {@link #stop}
   * @throws ModelFileException when the child does not come up; nothing is left running
   */
  public int start() throws ModelFileException, InterruptedException {
    supervisor = new Thread(this::supervise, "embedded-supervisor");
    supervisor.setDaemon(true);
    supervisor.start();
    try {
      return firstPort.get(startTimeout.toMillis() * 2, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      stop();
      throw new ModelFileException("the embedded model does not start: " + cause(e), e);
    } catch (TimeoutException e) {
      stop();
      throw new ModelFileException("the embedded model does not start: no answer", e);
    } catch (InterruptedException e) {
      stop();
      throw e;
    }
  }

  /** The child's process id, for tests and logs; -1 while there is none. */
  public long pid() {
    ChildProcess now = child;
    return now == null ? -1 : now.pid();
  }

  /** Ends the child at once, its requests with it; waits for it. May be called more than once. */
  public void stop() {
    stopping = true;
    ChildProcess now = child;
    if (now != null) {
      now.kill();
    }
    Thread thread = supervisor;
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(TimeUnit.SECONDS.toMillis(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    stop();
  }

  private static String cause(ExecutionException e) {
    Throwable cause = e.getCause();
    return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
  }

  private void supervise() {
    int port = 0;
    Duration pause = FIRST_PAUSE;
    try {
      while (!stopping) {
        long started = System.nanoTime();
        port = runOnce(port);
        if (!stopping) {
          boolean wasHealthy = System.nanoTime() - started > HEALTHY.toNanos();
          pause = wasHealthy ? FIRST_PAUSE : pause;
          Thread.sleep(pause.toMillis());
          pause = next(pause);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("supervisor of the embedded model stopped");
    }
  }

  static Duration next(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Runs a child to its end; the port it served, or {@code port} when it never did. */
  private int runOnce(int port) throws InterruptedException {
    int served = port;
    Path folder = null;
    try {
      folder = Files.createTempDirectory("llm-cluster-embedded");
      ChildProcess process = ChildProcess.start(command.line(port, folder));
      child = process;
      try {
        if (stopping) {
          return served;
        }
        served = process.awaitReady(startTimeout);
        LOG.info("embedded model: process {} serves on port {}", process.pid(), served);
        firstPort.complete(served);
        int code = process.waitFor();
        if (!stopping) {
          LOG.warn("embedded model: process {} ended with {}; restarting", process.pid(), code);
        }
      } finally {
        child = null;
        process.kill();
      }
    } catch (IOException e) {
      if (!firstPort.completeExceptionally(e) && !stopping) {
        LOG.warn("embedded model: {}", e.getMessage());
      }
    } finally {
      deleteFolder(folder);
    }
    return served;
  }

  private static void deleteFolder(@Nullable Path folder) {
    if (folder != null) {
      try (var files = Files.list(folder)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        LOG.debug("cannot delete {}: {}", folder, e.toString());
      }
    }
  }
}
